def total(prices):
    if prices:
        return sum(prices)
    raise ValueError("there are no prices")
