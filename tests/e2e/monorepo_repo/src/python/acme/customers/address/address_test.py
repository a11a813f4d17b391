import roots  # isort: skip # noqa: F401
import unittest

from acme.customers.address.address import postcode


class AddressTest(unittest.TestCase):
    def test_postcode(self):
        assert postcode("A-1010") == "1010"
