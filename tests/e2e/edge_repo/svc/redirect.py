from svc.redirect_config import CONFIG


def handler(event, context):
    return {"status": "302", "headers": {"location": [{"key": "Location", "value": CONFIG["LOGIN"]}]}}
