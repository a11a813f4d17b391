import roots  # isort: skip # noqa: F401
import unittest

from acme.billing.tax.tax import with_tax


class TaxTest(unittest.TestCase):
    def test_with_tax(self):
        assert float(with_tax(100, "de")) == 119.0
