import roots  # isort: skip # noqa: F401
import unittest

from acme.catalogue.category.category import cheapest, products_of


class CategoryTest(unittest.TestCase):
    def test_cheapest(self):
        assert cheapest(products_of([("a", 2), ("b", 1)])).title == "b"
