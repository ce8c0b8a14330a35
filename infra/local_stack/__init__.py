"""The embedded stack: PostgreSQL, Prefect, the engine and the API as children of one supervisor."""
