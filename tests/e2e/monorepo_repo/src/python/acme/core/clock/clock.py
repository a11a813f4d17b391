from datetime import datetime, timezone


def day(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).date().isoformat()
