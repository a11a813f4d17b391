import roots  # isort: skip # noqa: F401
import unittest

from acme.catalogue.images.images import name


class ImagesTest(unittest.TestCase):
    def test_name(self):
        assert name(b"") == "e3b0c44298fc.png"
