from acme.billing.currency.currency import symbol
from acme.billing.invoice.invoice import invoice


def statement(orders, code="EUR"):
    return [f"{invoice(*order)} {symbol(code)}" for order in orders]
