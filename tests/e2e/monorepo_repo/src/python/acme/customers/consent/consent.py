from acme.core.log import log


def may_write(answers):
    log.logger("consent").debug("asked")
    return answers.get("mail", False)
