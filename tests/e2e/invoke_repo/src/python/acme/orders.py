def total(prices):
    if prices:
        return sum(prices)
    else:
        raise ValueError("there are no prices")
