"""Where the tests find their fixtures: real parts, started when the first test asks for them."""

import hypothesis

pytest_plugins = [
    "tests.fixtures.api",
    "tests.fixtures.engine",
    "tests.fixtures.minio",
    "tests.fixtures.office",
    "tests.fixtures.postgres",
    "tests.fixtures.prefect",
]

# For `make soak`. It reaches tests that leave the number of examples to the profile in force.
hypothesis.settings.register_profile("soak", max_examples=5_000, deadline=None)
# For a quick look while one works on the rules.
hypothesis.settings.register_profile("quick", max_examples=30, deadline=None)
