from decimal import ROUND_HALF_UP, Decimal


def rounded(amount):
    return Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP)
