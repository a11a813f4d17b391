import roots  # isort: skip # noqa: F401
import unittest

from acme.shipping.label.label import label


class LabelTest(unittest.TestCase):
    def test_label(self):
        assert label("A-1010", [(1, 1)]) == "1010 post"
