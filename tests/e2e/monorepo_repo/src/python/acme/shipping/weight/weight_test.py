import roots  # isort: skip # noqa: F401
import unittest

from acme.shipping.weight.weight import kilograms


class WeightTest(unittest.TestCase):
    def test_kilograms(self):
        assert kilograms([(500, 2)]) == 1.0
