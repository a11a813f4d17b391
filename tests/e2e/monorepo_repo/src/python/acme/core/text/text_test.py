import roots  # isort: skip # noqa: F401
import unittest

from acme.core.text.text import slug


class TextTest(unittest.TestCase):
    def test_slug(self):
        assert slug("Two Words") == "two-words"
