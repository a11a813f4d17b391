from acme.core.retry import Policy, retry


def track(ask):
    return retry(ask, Policy(attempts=2))
