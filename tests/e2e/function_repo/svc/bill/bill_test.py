import roots  # isort: skip # noqa: F401
import unittest

from svc.bill.bill import handler


class BillTest(unittest.TestCase):
    def test_total(self):
        assert handler({"prices": [1, 2]}, None) == 3
