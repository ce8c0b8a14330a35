"""Where the tests find their fixtures: real parts, started when the first test asks for them."""

import hypothesis
import structlog

# What others build on comes first: pytest rewrites the asserts of a module only before anybody imports it.
pytest_plugins = [
    "tests.fixtures.postgres",
    "tests.fixtures.api",
    "tests.fixtures.engine",
    "tests.fixtures.minio",
    "tests.fixtures.office",
    "tests.fixtures.prefect",
]

# As in production, a fault is logged without what the variables held: a whole scheme among them takes seconds.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)
# A busy machine is no fault of a strategy: the table of letters alone takes Hypothesis seconds the first time.
_SLOW = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("tests", suppress_health_check=_SLOW)
hypothesis.settings.load_profile("tests")
# For `make soak`. It reaches tests that leave the number of examples to the profile in force.
hypothesis.settings.register_profile("soak", max_examples=5_000, deadline=None, suppress_health_check=_SLOW)
# For a quick look while one works on the rules.
hypothesis.settings.register_profile("quick", max_examples=30, deadline=None, suppress_health_check=_SLOW)
