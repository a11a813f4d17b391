import roots  # isort: skip # noqa: F401
import unittest

from acme.messages.templates.templates import fill


class TemplatesTest(unittest.TestCase):
    def test_fill(self):
        assert fill("Hello $name", name="Ann") == "Hello Ann"
