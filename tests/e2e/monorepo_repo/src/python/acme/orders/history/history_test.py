import roots  # isort: skip # noqa: F401
import unittest

from acme.orders.history.history import by_day


class HistoryTest(unittest.TestCase):
    def test_by_day(self):
        assert by_day([(0, "a")]) == {"1970-01-01": ["a"]}
