import os

try:
    import tomllib
except ImportError:
    tomllib = None


def stage():
    return os.environ.get("STAGE", "dev")


def parse(text):
    return tomllib.loads(text) if tomllib else {}
