import roots  # isort: skip # noqa: F401
import unittest

from acme.messages.queue.queue import records


class QueueTest(unittest.TestCase):
    def test_records(self):
        assert records({"Records": [{"body": "1"}]}) == [1]
