from acme.core.money.money import rounded


def discounted(total, per_cent):
    return rounded(total * (100 - per_cent) / 100)
