import roots  # isort: skip # noqa: F401
import unittest

from acme.catalogue.index.index import by_key


class IndexTest(unittest.TestCase):
    def test_by_key(self):
        assert by_key([]) == {}
