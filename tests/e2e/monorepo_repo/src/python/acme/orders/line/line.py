from acme.catalogue.product.product import Product


class Line:
    def __init__(self, product, count):
        assert isinstance(product, Product)
        self.product, self.count = product, count

    def total(self):
        return self.product.price * self.count
