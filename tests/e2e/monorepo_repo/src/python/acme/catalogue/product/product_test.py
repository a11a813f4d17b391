import roots  # isort: skip # noqa: F401
import unittest

from acme.catalogue.product.product import Product


class ProductTest(unittest.TestCase):
    def test_product(self):
        assert Product("Blue Cup", 2).key == "blue-cup"
