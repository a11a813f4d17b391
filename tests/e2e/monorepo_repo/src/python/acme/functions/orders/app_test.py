import roots  # isort: skip # noqa: F401
import unittest

from acme.functions.orders.app import handler


class AppTest(unittest.TestCase):
    def test_handler(self):
        assert handler({"body": '{"customer": "ann", "rows": [["Cup", 2, 3]]}'}, None)["statusCode"] == 200
