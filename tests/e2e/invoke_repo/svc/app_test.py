import unittest

from acme.orders import total


class Total(unittest.TestCase):
    def test_total(self):
        self.assertEqual(3, total([1, 2]))
