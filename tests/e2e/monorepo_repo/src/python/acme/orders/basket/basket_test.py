import roots  # isort: skip # noqa: F401
import unittest

from acme.orders.basket.basket import checkout


class BasketTest(unittest.TestCase):
    def test_checkout(self):
        assert checkout("ann", [("Cup", 2, 3)])["total"] == "6.00"
