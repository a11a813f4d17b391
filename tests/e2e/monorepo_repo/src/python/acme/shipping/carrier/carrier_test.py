import roots  # isort: skip # noqa: F401
import unittest

from acme.shipping.carrier.carrier import carrier


class CarrierTest(unittest.TestCase):
    def test_carrier(self):
        assert carrier([(500, 2)]) == "post"
