import msgspec
from acme.billing.invoice import total
from libs.greeting.greeting import greeting
from svc.local import NAME


def answer(event, context):
    return msgspec.json.encode(
        {"greeting": greeting(), "total": total(event["prices"]), "name": NAME}
    ).decode()
