import roots  # isort: skip # noqa: F401
from svc.bill.bill import handler

print(handler({"prices": [1, 2]}, None))
