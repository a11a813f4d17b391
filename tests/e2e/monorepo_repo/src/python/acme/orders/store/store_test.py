import roots  # isort: skip # noqa: F401
import unittest

from acme.orders.store.store import Store


class StoreTest(unittest.TestCase):
    def test_store(self):
        assert Store().count() == 0
