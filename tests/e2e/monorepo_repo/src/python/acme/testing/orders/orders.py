from acme.orders.basket.basket import checkout


def order_of_ann():
    return checkout("ann", [("Cup", 2, 1)])
