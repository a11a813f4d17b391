import roots  # isort: skip # noqa: F401
import unittest

from acme.testing.orders.orders import order_of_ann


class OrdersTest(unittest.TestCase):
    def test_order_of_ann(self):
        assert order_of_ann()["total"] == "2.00"
