import roots  # isort: skip # noqa: F401
import unittest

from acme.core.clock.clock import day


class ClockTest(unittest.TestCase):
    def test_day(self):
        assert day(0) == "1970-01-01"
