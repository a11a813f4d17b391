import roots  # isort: skip # noqa: F401
import unittest

from acme.core.codec.codec import decode


class CodecTest(unittest.TestCase):
    def test_decode(self):
        assert decode('{"a": 1}') == {"a": 1}
