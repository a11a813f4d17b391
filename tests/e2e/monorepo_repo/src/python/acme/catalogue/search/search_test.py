import roots  # isort: skip # noqa: F401
import unittest

from acme.catalogue.search.search import find


class SearchTest(unittest.TestCase):
    def test_find(self):
        assert find([("Blue Cup", 2), ("Pan", 3)], "cup") == ["blue-cup"]
