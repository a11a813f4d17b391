import pkgutil


def greeting():
    data = pkgutil.get_data(__name__, "words.txt")
    return data.decode().strip()
