import roots  # isort: skip # noqa: F401
import unittest

from acme.shipping.tracking.tracking import track


class TrackingTest(unittest.TestCase):
    def test_track(self):
        assert track(lambda: "there") == "there"
