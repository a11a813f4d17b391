import roots  # isort: skip # noqa: F401
import unittest

from acme.functions.invoices.app import handler


class AppTest(unittest.TestCase):
    def test_handler(self):
        assert handler({"orders": []}, None) == {}
