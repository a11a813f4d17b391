from acme.catalogue.product.product import Product
from acme.orders.discount.discount import discounted
from acme.orders.line.line import Line
from acme.orders.order.order import Order


def checkout(customer, rows, per_cent=0):
    order = Order(customer, [Line(Product(title, price), count) for title, price, count in rows])
    return {"order": order.key, "total": str(discounted(order.total(), per_cent))}
