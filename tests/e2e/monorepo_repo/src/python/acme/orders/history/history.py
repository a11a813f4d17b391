from acme.core.clock.clock import day


def by_day(orders):
    found = {}
    for seconds, key in orders:
        found.setdefault(day(seconds), []).append(key)
    return found
