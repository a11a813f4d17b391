import msgspec


def encode(value):
    return msgspec.json.encode(value).decode()


def decode(text):
    return msgspec.json.decode(text)
