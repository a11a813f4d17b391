from svc.lib import render


def handler(event, context):
    return render(event)


if __name__ == "__main__":
    print(handler({"text": "<host>"}, None))
