import roots  # isort: skip # noqa: F401
import unittest

from acme.customers.customer.customer import Customer


class CustomerTest(unittest.TestCase):
    def test_customer(self):
        assert Customer("ann", "at").country == "at"
