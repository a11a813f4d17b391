import importlib


def entries(orders):
    statement = importlib.import_module("acme.billing.statement.statement")
    return dict(enumerate(statement.statement(orders)))
