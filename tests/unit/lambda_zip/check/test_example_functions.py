"""Ten handlers of the kinds that public serverless examples show, each written anew and as small as it can be."""

from __future__ import annotations

import pytest

from tests.builders.member import placed
from tools.lambda_zip.check.import_hint import Repository
from tools.lambda_zip.check.imports import Allowed, check_imports
from tools.lambda_zip.check.modules import Modules
from tools.lambda_zip.read.distribution import Distribution

ITEMS_API = """
import decimal
import json
import os
from http import HTTPStatus

import boto3
from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

table = boto3.resource("dynamodb").Table(os.environ.get("TABLE", "items"))


class Encoder(json.JSONEncoder):
    def default(self, value):
        return float(value) if isinstance(value, decimal.Decimal) else super().default(value)


def handler(event, context):
    try:
        found = table.query(KeyConditionExpression=Key("id").eq(event["pathParameters"]["id"]))
    except ClientError as error:
        return {"statusCode": HTTPStatus.BAD_GATEWAY, "body": str(error)}
    return {"statusCode": HTTPStatus.OK, "body": json.dumps(found["Items"], cls=Encoder)}
"""

THUMBNAIL = """
import io
import urllib.parse
from pathlib import PurePosixPath

import boto3
from PIL import Image, ImageOps

s3 = boto3.client("s3")


def handler(event, context):
    for record in event["Records"]:
        key = PurePosixPath(urllib.parse.unquote_plus(record["s3"]["object"]["key"]))
        picture = ImageOps.exif_transpose(Image.open(io.BytesIO(b"")))
        s3.put_object(Bucket="small", Key=str(key.with_suffix(".webp")), Body=picture.tobytes())
"""

QUEUE = """
from __future__ import annotations

import typing as t

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from .models import Order

if t.TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_sqs import SQSClient

logger, tracer = Logger(), Tracer()
processor = BatchProcessor(event_type=EventType.SQS)


def record_handler(record) -> Order:
    return Order.parse(record.body)


@logger.inject_lambda_context
@tracer.capture_lambda_handler
def handler(event: dict, context: LambdaContext):
    return process_partial_response(event, record_handler, processor, context)
"""

CHAT = """
import hashlib, hmac, json, os, time
from urllib.request import Request, urlopen
from functools import lru_cache

@lru_cache()
def secret():
    import boto3  # nothing is loaded before a message comes
    return boto3.client("ssm").get_parameter(Name=os.environ["SECRET"])["Parameter"]["Value"]

def handler(event, context):
    base = f"v0:{time.time():.0f}:{event['body']}".encode()
    hmac.new(secret().encode(), base, hashlib.sha256)
    with urlopen(Request("https://example.com", data=json.dumps({}).encode())) as answer:
        return {"statusCode": answer.status}

if __name__ == "__main__":
    import dotenv
    dotenv.load_dotenv()
"""

SCRAPER = """
import csv
import logging
import sys
import requests
from bs4 import BeautifulSoup

try:
    import lxml
    PARSER = "lxml"
except ImportError:
    PARSER = "html.parser"

if sys.version_info >= (3, 9):
    from zoneinfo import ZoneInfo
else:
    from backports.zoneinfo import ZoneInfo

def handler(event, context):
    page = BeautifulSoup(requests.get(event["url"], timeout=3).text, PARSER)
    logging.info("%s %s", page.title, ZoneInfo("UTC"))
"""

WEB = """
import os
from svc.app import create_app

app = create_app(os.getenv("STAGE", "dev"))

try:
    from mangum import Mangum
    handler = Mangum(app, lifespan="off")
except ModuleNotFoundError:
    def handler(event, context):
        return app(event)
"""

AUTHORISER = """
import json
from contextlib import suppress
from dataclasses import dataclass

import jwt
from jwt import PyJWKClient

with suppress(ImportError):
    import ujson as json

@dataclass
class Policy:
    effect: str

def handler(event, context):
    try:
        jwt.decode(event["authorizationToken"], options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return Policy("Deny").__dict__
    return Policy("Allow").__dict__
"""

STREAM = """
import base64
import gzip
import importlib
import os

try:
    import orjson as codec
except ImportError:
    import json as codec

PLUGINS = [importlib.import_module(f"svc.plugins.{name}") for name in ("upper",)]
driver = importlib.import_module("svc.plugins.upper")


def handler(event, context):
    for record in event["Records"]:
        data = gzip.decompress(base64.b64decode(record["kinesis"]["data"]))
        for plugin in PLUGINS:
            data = plugin.run(codec.loads(data))
"""

SKILL = '''
"""A voice skill.

import this module, and register handlers:

    from ask_sdk_core import something
"""
from ask_sdk_core.skill_builder import SkillBuilder
from ask_sdk_core.dispatch_components import AbstractRequestHandler
from svc import *
from svc.texts import GREETING, __doc__ as about

sb = SkillBuilder()


class Launch(AbstractRequestHandler):
    def handle(self, given):
        return given.response_builder.speak(GREETING).response


sb.add_request_handler(Launch())
handler = sb.lambda_handler()
'''

MODEL = """
import os, json
from collections import abc, namedtuple
from concurrent import futures
from xml.etree import ElementTree as ET
import xml.etree.cElementTree
import os.path as osp

_model = None

def _load():
    global _model
    if _model is None:
        import numpy as np
        from numpy import linalg
        _model = np.ones(3)
    return _model

def handler(event: abc.Mapping, context, *, cold=True):
    with futures.ThreadPoolExecutor() as pool:
        return pool.submit(lambda: float(_load().sum())).result()
"""

SVC = {
    "svc/__init__.py": "",
    "svc/models.py": "class Order:\n    pass\n",
    "svc/app.py": "def create_app(stage):\n    return print\n",
    "svc/plugins/__init__.py": "",
    "svc/plugins/upper.py": "def run(data):\n    return data\n",
    "svc/texts.py": "from .words import *\n",
    "svc/words.py": "GREETING = 'hello'\n",
}
SITE = {
    "PIL/__init__.py": "",
    "PIL/Image.py": "from . import _imaging as core\ntry:\n    import cffi\nexcept ImportError:\n    cffi = None\n",
    "PIL/ImageOps.py": "from . import Image\n",
    "PIL/_imaging.cpython-312-x86_64-linux-gnu.so": "",
    "aws_lambda_powertools/__init__.py": "from .logging import Logger\nfrom .tracing import Tracer\n",
    "aws_lambda_powertools/logging.py": "class Logger: ...\n",
    "aws_lambda_powertools/tracing.py": "def lazy():\n    import aws_xray_sdk\nclass Tracer: ...\n",
    "aws_lambda_powertools/utilities/__init__.py": "",
    "aws_lambda_powertools/utilities/batch/__init__.py": "",
    "requests/__init__.py": "import urllib3\nfrom . import packages\nimport requests.packages.urllib3\n",
    "requests/packages.py": "import sys\nsys.modules['requests.packages.urllib3'] = sys.modules['urllib3']\n",
    "bs4/__init__.py": "import platform\nif platform.system() == 'Windows':\n    import winreg\n",
    "jwt/__init__.py": "from .jwks import PyJWKClient\nInvalidTokenError = ValueError\n",
    "jwt/jwks.py": "import sys\nif sys.version_info < (3, 8):\n    import importlib_metadata\nclass PyJWKClient: ...\n",
    "ask_sdk_core/skill_builder.py": "",
    "ask_sdk_core/dispatch_components/__init__.py": "",
    "numpy/__init__.py": "from . import linalg\nfrom ._core import ones\n",
    "numpy/linalg/__init__.py": "",
    "numpy/_core/__init__.py": "from numpy._core import _multiarray\ndef ones(n): ...\n",
    "numpy/_core/_multiarray.cpython-312-x86_64-linux-gnu.so": "",
}
OWNER = Distribution("site", "1", "", "site-1.dist-info")


@pytest.mark.parametrize("minor", [9, 11, 12, 13, 14])
@pytest.mark.parametrize(
    "source", [ITEMS_API, THUMBNAIL, QUEUE, CHAT, SCRAPER, WEB, AUTHORISER, STREAM, SKILL, MODEL]
)
def test_a_function_that_works_raises_no_alarm(source: str, minor: int) -> None:
    files = [placed(name, text.encode()) for name, text in {**SVC, "svc/echo.py": source}.items()]
    files += [placed(name, text.encode(), OWNER) for name, text in SITE.items()]
    repository = Repository((), "third_party/python", frozenset())
    modules = Modules(files, minor, {})
    assert check_imports(modules, ["svc.echo"], Allowed(()), repository)[:2] == ([], [])
