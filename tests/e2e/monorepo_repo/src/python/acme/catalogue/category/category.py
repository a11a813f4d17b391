from acme.catalogue.product.product import Product


def cheapest(products):
    return min(products, key=lambda product: product.price)


def products_of(rows):
    return [Product(*row) for row in rows]
