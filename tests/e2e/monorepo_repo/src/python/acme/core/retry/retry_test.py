import roots  # isort: skip # noqa: F401
import unittest

from acme.core.retry.retry import retry


class RetryTest(unittest.TestCase):
    def test_retry(self):
        assert retry(lambda: 1) == 1
