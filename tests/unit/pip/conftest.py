"""Fixtures that lambda_wheel's tests have too."""

from tests.unit.lambda_wheel.conftest import folder, no_pip_configuration

__all__ = ["folder", "no_pip_configuration"]
