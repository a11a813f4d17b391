"""What all tests share: Hypothesis's profiles.

`dev` is the default: few examples, new ones in each run. `ci` is what `python3 -m tests` takes: the examples that a
test asks for, the same in each run.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Examples of one test may share its temporary folder: each writes files of its own there.
_FOLDERS = [HealthCheck.function_scoped_fixture]

settings.register_profile("dev", max_examples=20, deadline=None, suppress_health_check=_FOLDERS)
settings.register_profile(
    "ci", max_examples=100, deadline=None, derandomize=True, suppress_health_check=_FOLDERS
)
settings.load_profile("dev")
