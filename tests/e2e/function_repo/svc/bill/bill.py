from acme.billing.invoice import total


def handler(event, context):
    return total(event["prices"])
