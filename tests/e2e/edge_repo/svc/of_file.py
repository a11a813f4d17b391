from svc.of_file_config import CONFIG


def handler(event, context):
    request = event["Records"][0]["cf"]["request"]
    request["headers"]["x-stage"] = [{"key": "X-Stage", "value": CONFIG["stage"]}]
    return request
