from acme.core.errors.errors import NotFoundError


class Store:
    def __init__(self):
        self._orders = {}

    def add(self, key, order):
        self._orders[key] = order

    def get(self, key):
        if key not in self._orders:
            raise NotFoundError(key)
        return self._orders[key]

    def count(self):
        return len(self._orders)
