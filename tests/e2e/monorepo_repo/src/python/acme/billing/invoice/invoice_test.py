import roots  # isort: skip # noqa: F401
import unittest

from acme.billing.invoice.invoice import invoice


class InvoiceTest(unittest.TestCase):
    def test_invoice(self):
        assert invoice("a", 100, "fr", 0) == "1970-01-01 a: 120.00"
