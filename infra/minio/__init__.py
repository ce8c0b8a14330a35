"""A real MinIO for tests and for an operator's local trial: built from its source, started, stopped."""
