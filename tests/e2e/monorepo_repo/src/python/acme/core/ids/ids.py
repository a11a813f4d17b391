import uuid


def short_id(text):
    return uuid.uuid5(uuid.NAMESPACE_URL, text).hex[:8]
