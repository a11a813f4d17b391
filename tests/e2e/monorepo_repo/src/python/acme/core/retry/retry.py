from .policy import Policy


def retry(action, policy=None):
    policy = policy or Policy()
    for attempt in range(policy.attempts):
        try:
            return action()
        except ValueError:
            if attempt + 1 == policy.attempts:
                raise
    return None
