import roots  # isort: skip # noqa: F401
import unittest

from acme.billing.ledger.ledger import entries


class LedgerTest(unittest.TestCase):
    def test_entries(self):
        assert entries([]) == {}
