import msgspec


def handler(event, context):
    return msgspec.json.encode(event).decode()


if __name__ == "__main__":
    print(handler({"run": "by hand"}, None))
