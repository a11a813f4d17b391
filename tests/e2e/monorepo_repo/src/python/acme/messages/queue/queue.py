from acme.core.codec import codec


def records(event):
    return [codec.decode(record["body"]) for record in event["Records"]]
