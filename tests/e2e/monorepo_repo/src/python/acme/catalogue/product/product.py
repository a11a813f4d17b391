from acme.core.money.money import rounded
from acme.core.text.text import slug


class Product:
    def __init__(self, title, price):
        self.title, self.price = title, rounded(price)

    @property
    def key(self):
        return slug(self.title)
