import roots  # isort: skip # noqa: F401
import unittest

from acme.billing.statement.statement import statement


class StatementTest(unittest.TestCase):
    def test_statement(self):
        assert len(statement([("a", 1, "at", 0)])) == 1
