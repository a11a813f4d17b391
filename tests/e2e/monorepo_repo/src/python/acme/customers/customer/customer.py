from acme.core.ids.ids import short_id


class Customer:
    def __init__(self, name, country):
        self.name, self.country = name, country
        self.key = short_id(name)
