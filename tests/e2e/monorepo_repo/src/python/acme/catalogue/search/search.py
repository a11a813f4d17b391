from acme.catalogue.category import category


def find(rows, word):
    return [product.key for product in category.products_of(rows) if word in product.key]
