from string import Template


def fill(text, **values):
    return Template(text).substitute(values)
