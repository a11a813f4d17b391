from acme.core.codec.codec import decode, encode
from acme.orders.basket.basket import checkout


def handler(event, context):
    body = decode(event["body"])
    return {"statusCode": 200, "body": encode(checkout(body["customer"], body["rows"]))}
