from acme.customers.address.address import postcode
from acme.shipping.carrier.carrier import carrier


def label(address, lines):
    return f"{postcode(address)} {carrier(lines)}"
