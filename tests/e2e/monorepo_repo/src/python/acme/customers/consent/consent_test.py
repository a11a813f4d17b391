import roots  # isort: skip # noqa: F401
import unittest

from acme.customers.consent.consent import may_write


class ConsentTest(unittest.TestCase):
    def test_may_write(self):
        assert not may_write({})
