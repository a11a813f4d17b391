from acme.orders import total


def handler(event, context):
    print("asked for", sorted(event))
    if "rawPath" in event:
        return {"path": event["rawPath"], "id": context.aws_request_id}
    return {"total": total(event["prices"])}
