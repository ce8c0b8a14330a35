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

# A busy machine is no fault of a strategy: the table of letters alone takes Hypothesis seconds the first time.
_SLOW = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("tests", suppress_health_check=_SLOW)
hypothesis.settings.load_profile("tests")
# For `make soak`. It reaches tests that leave the number of examples to the profile in force.
hypothesis.settings.register_profile("soak", max_examples=5_000, deadline=None, suppress_health_check=_SLOW)
# For a quick look while one works on the rules.
hypothesis.settings.register_profile("quick", max_examples=30, deadline=None, suppress_health_check=_SLOW)
