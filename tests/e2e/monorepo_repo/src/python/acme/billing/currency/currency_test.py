import roots  # isort: skip # noqa: F401
import unittest

from acme.billing.currency.currency import symbol


class CurrencyTest(unittest.TestCase):
    def test_symbol(self):
        assert symbol("USD") == "$"
