import markupsafe
import msgspec


def render(event):
    return msgspec.json.encode({"escaped": str(markupsafe.escape(event["text"]))}).decode()
