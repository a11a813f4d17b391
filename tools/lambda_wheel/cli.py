"""The command line of lambda_wheel."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from tools.command import run
from tools.errors import PleasingError


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command, and return its exit status: 0, or 1 where there is no wheel or it is damaged.

    Args:
        arguments: The command line without the program's name; the process's where not given.
    """
    return run(_parser(), arguments, lambda options: options.action(options), _where, collects_garbage=False)


def _where(options: argparse.Namespace) -> str:
    return str(options.target or (options.name if options.command == "fetch" else options.wheel.name))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda_wheel",
        description="Gets the wheel of one locked distribution for one platform, and unpacks it for a PEX.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    fetch = commands.add_parser(
        "fetch", help="choose, download and verify a wheel, or build it", allow_abbrev=False
    )
    fetch.add_argument("--name", required=True, help="the distribution's name on its index")
    fetch.add_argument("--version", default="", help="its version; needed without --url")
    fetch.add_argument(
        "--arch",
        required=True,
        help="what it is for: an arch such as lambda313arm64, or host for this interpreter",
    )
    fetch.add_argument(
        "--hash",
        dest="hashes",
        action="append",
        default=[],
        metavar="sha256:HEX",
        help="a file that may be taken; may be repeated. Without any, what pip brings is not verified",
    )
    fetch.add_argument("--marker", help="PEP 508 marker; the wheel is an empty file where it does not hold")
    fetch.add_argument("--extras", default="", metavar="A,B", help="extras that the marker may ask for")
    fetch.add_argument(
        "--sdist", action="store_true", help="build it from its sdist; do not look for a wheel"
    )
    fetch.add_argument("--url", help="where it is, if not on an index: a wheel, an sdist or git+https://...")
    fetch.add_argument(
        "--defer",
        action="store_true",
        help="where nothing fits, write that in place of the wheel and succeed: whoever packs a function "
        "reports all of its distributions at once. Not for host",
    )
    fetch.add_argument(
        "--accept-newer-runtimes",
        action="store_true",
        help="take a runtime that is newer than all that this version knows, as if it had the newest known system",
    )
    fetch.add_argument("--out", required=True, type=Path, metavar="X.whl", help="the wheel to write")
    unpack = commands.add_parser(
        "unpack", help="write a wheel's files as a zip for a PEX", allow_abbrev=False
    )
    unpack.add_argument("--wheel", required=True, type=Path, metavar="X.whl", help="what fetch has written")
    unpack.add_argument(
        "--prefix", default="", metavar="FOLDER", help="folder in the zip (default: its root)"
    )
    unpack.add_argument(
        "--facts",
        action="store_true",
        help="write beside the metadata what native files need, so that packing need not inflate them",
    )
    unpack.add_argument(
        "--compression",
        choices=("good", "best", "copy"),
        default="copy",
        help="deflate the files anew, well or as well as can be (default: copy the wheel's compressed bytes)",
    )
    unpack.add_argument(
        "--encoder",
        type=Path,
        metavar="_deflate.so",
        help="native module of the package deflate (default: the one that this Python has)",
    )
    unpack.add_argument("--out", required=True, type=Path, metavar="X.zip", help="the zip to write")
    fetch.set_defaults(action=_fetch)
    unpack.set_defaults(action=_unpack)
    for command in (fetch, unpack):
        command.add_argument("--target", metavar="LABEL", help="the rule's label, for messages")
    return parser


def _fetch(options: argparse.Namespace) -> None:
    from tools.aws.platform import parse_platform
    from tools.lambda_wheel.fetch import fetch
    from tools.lambda_wheel.requirement import Requirement

    platform = parse_platform(options.arch, options.accept_newer_runtimes)
    requirement = Requirement(
        name=options.name,
        version=options.version,
        hashes=tuple(sorted(set(options.hashes))),
        url=options.url,
        extras=tuple(extra.strip() for extra in options.extras.split(",") if extra.strip()),
        marker=options.marker or None,
        sdist=options.sdist,
    )
    unavailable = fetch(requirement, platform, options.out)
    if unavailable is None:
        return
    # A test on the host must not run without what it imports.
    if not options.defer or platform.runtime is None:
        raise PleasingError(unavailable.text)
    try:
        options.out.write_bytes(unavailable.to_json())
    except OSError as error:
        raise PleasingError(f"cannot write {options.out}: {error.strerror}") from error


def _unpack(options: argparse.Namespace) -> None:
    from tools.archive.encoder import COMPRESSIONS
    from tools.lambda_wheel.treat import Treating
    from tools.lambda_wheel.unpack import unpack

    treating = Treating(COMPRESSIONS[options.compression], options.encoder)
    unpack(options.wheel, options.prefix, options.out, options.wheel.name, options.facts, treating)
