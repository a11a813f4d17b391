import roots  # isort: skip # noqa: F401
import unittest

from acme.core.log.log import logger


class LogTest(unittest.TestCase):
    def test_logger(self):
        assert logger("a").name == "dev.a"
