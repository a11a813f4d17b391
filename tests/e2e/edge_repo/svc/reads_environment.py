import os

LOGIN = os.environ["LOGIN"]


def handler(event, context):
    return {"status": "302", "headers": {"location": [{"key": "Location", "value": LOGIN}]}}
