from acme.billing.tax import tax
from acme.core.clock.clock import day


def invoice(order, total, country, seconds):
    return f"{day(seconds)} {order}: {tax.with_tax(total, country)}"
