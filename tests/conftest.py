"""Where the tests find their fixtures: real parts, started when the first test asks for them."""

pytest_plugins = ["tests.fixtures.minio", "tests.fixtures.postgres", "tests.fixtures.prefect"]
