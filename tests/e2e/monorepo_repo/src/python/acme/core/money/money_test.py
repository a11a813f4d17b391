import roots  # isort: skip # noqa: F401
import unittest

from acme.core.money.money import rounded


class MoneyTest(unittest.TestCase):
    def test_rounded(self):
        assert str(rounded("1.005")) == "1.01"
