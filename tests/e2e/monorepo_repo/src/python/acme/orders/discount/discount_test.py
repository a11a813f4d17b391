import roots  # isort: skip # noqa: F401
import unittest

from acme.orders.discount.discount import discounted


class DiscountTest(unittest.TestCase):
    def test_discounted(self):
        assert str(discounted(200, 10)) == "180.00"
