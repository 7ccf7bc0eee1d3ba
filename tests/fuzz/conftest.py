"""The profile for a long run: ``pytest tests/fuzz --hypothesis-profile=fuzz``."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "fuzz", max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck)
)
