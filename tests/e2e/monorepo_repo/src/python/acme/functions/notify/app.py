from acme.customers.consent.consent import may_write
from acme.messages.digest.digest import digest
from acme.messages.queue.queue import records


def handler(event, context):
    return digest([(one["to"], one["name"]) for one in records(event) if may_write(one)])
