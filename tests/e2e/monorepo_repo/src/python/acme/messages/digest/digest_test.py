import roots  # isort: skip # noqa: F401
import unittest

from acme.messages.digest.digest import digest


class DigestTest(unittest.TestCase):
    def test_digest(self):
        assert digest([("a@example.com", "Ann")]) == ["a@example.com"]
