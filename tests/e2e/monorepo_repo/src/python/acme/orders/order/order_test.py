import roots  # isort: skip # noqa: F401
import unittest

from acme.orders.order.order import Order


class OrderTest(unittest.TestCase):
    def test_order(self):
        assert Order("ann", []).total() == 0
