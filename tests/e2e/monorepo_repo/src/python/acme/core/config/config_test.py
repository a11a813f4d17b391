import roots  # isort: skip # noqa: F401
import unittest

from acme.core.config.config import stage


class ConfigTest(unittest.TestCase):
    def test_stage(self):
        assert stage() == "dev"
