from acme.core.ids.ids import short_id
from acme.orders.line.line import Line


class Order:
    def __init__(self, customer, lines):
        assert all(isinstance(line, Line) for line in lines)
        self.customer, self.lines = customer, lines
        self.key = short_id(customer)

    def total(self):
        return sum(line.total() for line in self.lines)
