import logging

from acme.core.config.config import stage


def logger(name):
    return logging.getLogger(f"{stage()}.{name}")
