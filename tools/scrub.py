"""Secrets, taken out of texts before they leave a tool: messages, notes that are cached, generated files.

A user name, a password or a token stands in URLs of indexes, in signed queries, in headers, and in the environment that
a failing build may print. A text loses a harmless word rather than keep a secret one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Optional

# What stands in place of a secret.
MASK = "****"

# Every repetition is bounded or passes a text once, so that hostile texts take no longer than others.
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]{0,30}://"
# Up to where the next one begins, as in a list without spaces.
_URL = re.compile(rf"(?P<scheme>{_SCHEME})(?P<rest>(?:(?!{_SCHEME})[^\s\"'<>])+)")
# At the end of a URL, what belongs to the sentence that it stands in.
_PUNCTUATION = ".,;:!?)]}"
# What looks like a port is no password; a password has a slash where somebody forgot to escape it.
_USER = re.compile(r"[^/?#]*@|[^/?#@:\[]*:(?!\d*(?:[/?#]|$))[^@]*@(?:[^/?#@]*@)*")
_FRAGMENT_KEYS = frozenset({"egg", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "subdirectory"})

# A word of the name, and no part of one: tokenizers and oauthlib are distributions.
_SENSITIVE = (
    r"(?:(?:[A-Za-z0-9_.-]{0,60}[_.-])?(?:secret|token|passphrase|api_?key|access_?key|private_?key|credentials?|auth)"
    r"|[A-Za-z0-9_.-]{0,60}passw(?:or)?d)(?:[_.-][A-Za-z0-9_.-]{0,60})?"
)
_VALUE = r"(?P<value>\"[^\"\n]*\"|'[^'\n]*'|(?!\*{4})[^\s,;\"'})\]=][^\s,;\"'})\]]*)"
_SETTING = re.compile(
    rf"(?P<name>(?<![A-Za-z0-9_.-])(?:{_SENSITIVE}\s?=\s?|[\"']{_SENSITIVE}[\"']\s?:\s?)){_VALUE}",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(?P<name>\b(?:Basic|Bearer)\s+)[A-Za-z0-9+/._~=-]{8,}", re.IGNORECASE)
_SECRET_VARIABLE = re.compile(_SENSITIVE, re.IGNORECASE)
# Shorter values of variables are words that stand anywhere.
_SHORTEST_VALUE = 6
# The user of a repository that is reached by ssh: a convention, and nobody's name.
_PUBLIC_USERS = frozenset({"git@", "hg@"})


def scrub(text: str, environment: Optional[Mapping[str, str]] = None) -> str:
    """Return a text without the secrets in it.

    Args:
        text: Any text.
        environment: Variables whose secrets are taken out wherever they stand; this process's where not given.
    """
    for secret in _secrets(os.environ if environment is None else environment):
        text = text.replace(secret, MASK)
    text = _URL.sub(_without_secrets, text)
    text = _HEADER.sub(rf"\g<name>{MASK}", text)
    return _SETTING.sub(_without_value, text)


def has_secret(url: str) -> bool:
    """Return whether a URL has a user name, a password, or a query whose values may be secret.

    Args:
        url: The URL.
    """
    return scrub(url, {}) != url


def _without_secrets(url: re.Match[str]) -> str:
    rest = url["rest"].rstrip(_PUNCTUATION)
    after = url["rest"][len(rest) :]
    user = _USER.match(rest)
    if user and user[0] not in _PUBLIC_USERS:
        rest = f"{MASK}@{rest[user.end() :]}"
    rest, hash_sign, fragment = rest.partition("#")
    rest, question_mark, query = rest.partition("?")
    query = _masked(query, frozenset()) if query else ""
    fragment = _masked(fragment, _FRAGMENT_KEYS) if fragment else ""
    return f"{url['scheme']}{rest}{question_mark}{query}{hash_sign}{fragment}{after}"


def _masked(parts: str, harmless: frozenset[str]) -> str:
    """Return the parts of a query or a fragment, the values of all but harmless keys masked."""
    masked = []
    for part in parts.split("&"):
        key, equals, _ = part.partition("=")
        masked.append(part if equals and key in harmless else f"{key}={MASK}" if equals else MASK)
    return "&".join(masked)


def _without_value(match: re.Match[str]) -> str:
    value = match["value"]
    quote = value[0] if value[0] in "\"'" else ""
    return f"{match['name']}{quote}{MASK}{quote}"


def _secrets(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield the secrets of an environment: values of variables named like one, and passwords in URLs."""
    found = set()
    for name, value in environment.items():
        if _SECRET_VARIABLE.fullmatch(name) and len(value) >= _SHORTEST_VALUE:
            found.add(value)
        if "@" in value:
            for url in _URL.finditer(value):
                user = _USER.match(url["rest"])
                password = user[0][:-1].partition(":")[2] if user else ""
                if len(password) >= _SHORTEST_VALUE:
                    found.add(password)
    # The longest first: one may be a part of another.
    yield from sorted(found, key=lambda secret: (-len(secret), secret))
