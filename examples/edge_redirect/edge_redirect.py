"""Lets viewers with a signed session cookie through CloudFront, and sends everybody else to the login page.

A Lambda@Edge function for the viewer request event. It has no environment variables and no layers, so what it needs is
in its zip: its configuration is the module that the rule makes of `config`, and the key is the resource `session_key`,
which a real service takes from a rule that fetches it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import pkgutil
import time
from http.cookies import CookieError, SimpleCookie
from typing import Any, Optional
from urllib.parse import quote

from examples.edge_redirect.lambda_config import CONFIG

COOKIE = "session"
LOGIN = CONFIG["LOGIN"]

_key_file = pkgutil.get_data(__name__, "session_key")
if not _key_file:
    raise RuntimeError("the resource session_key is missing or empty")
_KEY = _key_file.strip()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Returns the request, which CloudFront goes on with, or a redirect to the login page.

    Args:
        event: CloudFront's viewer request event.
        context: Lambda's; not looked at.
    """
    request: dict[str, Any] = event["Records"][0]["cf"]["request"]
    if request["uri"] == LOGIN or user_of(_cookie(request), time.time()) is not None:
        return request
    target = request["uri"]
    if request.get("querystring"):
        target += "?" + request["querystring"]
    location = f"{LOGIN}?next={quote(target, safe='')}"
    return {
        "status": "302",
        "statusDescription": "Found",
        "headers": {
            "location": [{"key": "Location", "value": location}],
            "cache-control": [{"key": "Cache-Control", "value": "no-store"}],
        },
    }


def sign(user: str, expires: int) -> str:
    """Returns a cookie's value: user, expiry and signature.

    Args:
        user: The user's name.
        expires: When the session ends, in seconds since 1970.
    """
    payload = f"{_encode(user.encode())}.{expires}"
    return f"{payload}.{_encode(_signature(payload))}"


def user_of(value: Optional[str], now: float) -> Optional[str]:
    """Returns whose session a cookie is, or None where it is not valid or has ended.

    Args:
        value: The cookie's value, if there is one.
        now: Seconds since 1970.
    """
    payload, _, signature = (value or "").rpartition(".")
    user, _, expires = payload.partition(".")
    try:
        if not hmac.compare_digest(_decode(signature), _signature(payload)) or int(expires) <= now:
            return None
        return _decode(user).decode()
    except ValueError:  # binascii.Error and UnicodeError are ones
        return None


def _cookie(request: dict[str, Any]) -> Optional[str]:
    for header in request["headers"].get("cookie", []):
        try:
            morsel = SimpleCookie(header["value"]).get(COOKIE)
        except CookieError:
            continue
        if morsel is not None:
            return morsel.value
    return None


def _signature(payload: str) -> bytes:
    return hmac.new(_KEY, payload.encode(), hashlib.sha256).digest()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("not base64") from error
