import roots  # isort: skip # noqa: F401
import unittest

from acme.core.ids.ids import short_id


class IdsTest(unittest.TestCase):
    def test_short_id(self):
        assert len(short_id("a")) == 8
