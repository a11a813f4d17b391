from acme.shipping.weight.weight import kilograms


def carrier(lines):
    return "post" if kilograms(lines) < 2 else "lorry"
