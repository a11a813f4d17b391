"""Botocore's data: the models of the services in use, without what only their documentation has.

botocore has a model of each service of AWS, and loads those of a client when it is made (botocore.loaders). Which
services its chain of credentials makes clients for stands in its own sources.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from tools.archive.memory import Memory
from tools.errors import PleasingError
from tools.lambda_zip.place.layout import LeftOut, Placed, Reason

_MODEL = re.compile(r"(botocore|boto3)/data/([^/]+)/([^/]+)/([^/]+)")
_CREDENTIALS = ("botocore/credentials.py", "botocore/tokens.py")
_NESTED_CLIENT = re.compile(rb"""client(?:_creator)?\(\s*(?:[\w.]+,\s*)?["']([a-z][\w-]*)["']""")
_EXAMPLES = ("examples-1.json", "examples-1.json.gz")
# What has fields for documentation alone; those of endpoint-rule-set-1 are read.
_DOCUMENTED = re.compile(r"service-2\.json(?:\.gz)?")
# Bytes.
_MODEL_LIMIT = 1 << 26


class Services(NamedTuple):
    """The services of a botocore.

    Attributes:
        known: All that it has.
        kept: Those that stay.
    """

    known: frozenset[str]
    kept: frozenset[str]


class Trimmed(NamedTuple):
    """What stays, some of it written anew, and what goes."""

    placed: list[Placed]
    left_out: list[LeftOut]


def choose_services(placed: Iterable[Placed], wanted: Sequence[str]) -> Services:
    """Return which services' data stays: those in use, and those that credentials may come from.

    Args:
        placed: What would go into the zip.
        wanted: The services in use, as `boto3.client` takes their names.

    Raises:
        PleasingError: There is no botocore, or no such service; all of them at once.
    """
    known = set()
    nested: set[str] = set()
    for item in placed:
        model = _MODEL.fullmatch(item.name)
        if model is not None and model[1] == "botocore":
            known.add(model[2])
        elif item.name in _CREDENTIALS:
            nested.update(name.decode() for name in _NESTED_CLIENT.findall(item.member.read()))
    if not known:
        raise PleasingError(
            "botocore_services: the function has no botocore; add boto3 or botocore to its deps, or take "
            "botocore_services out"
        )
    problems = [
        f"botocore_services: this botocore has no service {name!r}{nearest(name, known)}; correct the name"
        for name in wanted
        if name not in known
    ]
    if problems:
        raise PleasingError(problems)
    return Services(frozenset(known), frozenset([*wanted, *(nested & known)]))


def trim(placed: Sequence[Placed], services: Services) -> Trimmed:
    """Take the data of other services out, and out of that which stays what only documentation has.

    Args:
        placed: What would go into the zip.
        services: Which data stays.
    """
    versions = _newest(placed, services.kept)
    memory = Memory("botocore's data")
    trimmed = Trimmed([], [])
    for item in placed:
        model = _MODEL.fullmatch(item.name)
        if model is None or item.distribution is None:
            trimmed.placed.append(item)
            continue
        _, service, version, base = model.groups()
        detail = ""
        if service not in services.kept:
            detail = "services that are not in use"
        elif version not in versions[service]:
            detail = "older versions of services"
        elif base in _EXAMPLES:
            detail = "examples of services"
        if detail:
            trimmed.left_out.append(LeftOut(item.member, Reason.SERVICE, item.distribution, item, detail))
        elif _DOCUMENTED.fullmatch(base):
            # Plain, as the zip compresses it better than a second time.
            name = item.name.removesuffix(".gz")
            trimmed.placed.append(
                item._replace(name=name, path=name, member=memory.add(name, _without_documents(item)))
            )
        else:
            trimmed.placed.append(item)
    return trimmed


def _newest(placed: Iterable[Placed], kept: frozenset[str]) -> dict[str, set[str]]:
    """Return the versions of each service that a client or a resource takes where none is asked for."""
    found: dict[tuple[str, str], str] = {}
    for item in placed:
        model = _MODEL.fullmatch(item.name)
        if (
            model is not None
            and model[2] in kept
            and model[4].startswith(("service-2.json", "resources-1.json"))
        ):
            key = (model[1], model[2])
            found[key] = max(found.get(key, ""), model[3])
    versions: dict[str, set[str]] = {service: set() for service in kept}
    for (_, service), version in found.items():
        # boto3 asks botocore for the version of its own resource.
        versions[service].add(version)
    return versions


def _without_documents(item: Placed) -> bytes:
    data = item.member.read()
    try:
        if item.name.endswith(".gz"):
            # A model has at most a few megabytes; what unpacks to more is none.
            with gzip.GzipFile(fileobj=_file(data)) as file:
                data = file.read(_MODEL_LIMIT + 1)
            if len(data) > _MODEL_LIMIT:
                raise ValueError(f"it unpacks to more than {_MODEL_LIMIT:,} bytes")
        document = json.loads(data)
        if not isinstance(document, dict):
            raise ValueError("it is no JSON object")
    except (OSError, EOFError, ValueError, RecursionError) as error:
        raise PleasingError(
            f"{item.member.describe()} is not a model that botocore_services can read ({error}); install botocore again"
        ) from error
    # botocore reads the documentation of `clientContextParams`, and that of no shape or operation unless it is asked.
    short = {
        key: _undocumented(value) if key in ("operations", "shapes") else value
        for key, value in document.items()
        if key != "documentation"
    }
    return json.dumps(short, separators=(",", ":")).encode()


def _file(data: bytes) -> Any:
    import io

    return io.BytesIO(data)


def _undocumented(value: Any) -> Any:
    # A member of a shape may be called so: that is a dictionary, and stays.
    if isinstance(value, dict):
        return {
            key: _undocumented(inner)
            for key, inner in value.items()
            if key not in ("documentation", "documentationUrl") or not isinstance(inner, str)
        }
    if isinstance(value, list):
        return [_undocumented(inner) for inner in value]
    return value


def nearest(name: str, names: Iterable[str]) -> str:
    """Return a question after the nearest of some names, or nothing.

    Args:
        name: What was written.
        names: What there is.
    """
    import difflib

    close = difflib.get_close_matches(name.lower().replace("_", "-"), sorted(names), n=1)
    return f" (did you mean {close[0]}?)" if close else ""
