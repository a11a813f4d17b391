import hashlib


def name(data):
    return hashlib.sha256(data).hexdigest()[:12] + ".png"
