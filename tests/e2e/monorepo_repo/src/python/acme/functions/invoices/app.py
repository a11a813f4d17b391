from acme.billing.ledger.ledger import entries


def handler(event, context):
    return entries([tuple(order) for order in event["orders"]])
