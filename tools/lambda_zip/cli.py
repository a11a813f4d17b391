"""The command line of lambda_zip."""

from __future__ import annotations

import argparse
import functools
import gc
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from tools.errors import PleasingError

if TYPE_CHECKING:
    from tools.lambda_zip.options import Options
    from tools.lambda_zip.warning import BuildWarning

# Without a width, argparse asks the terminal for one with shutil at each argument: 2 ms of each start.
_HELP = functools.partial(argparse.HelpFormatter, width=80)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Runs the command, and returns its exit status: 0, or 1 where the input cannot be packed.

    Args:
        arguments: The command line without the program's name; the process's where not given.
    """
    # What is made here lives to the end: looking for garbage finds none, and takes a tenth of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _run(_parser().parse_args(arguments))
    finally:
        if collecting:
            gc.enable()


def _run(options: argparse.Namespace) -> int:
    where: str = options.target or options.pex.name or str(options.pex)
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal has no letters for is no reason to fail.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        if options.command == "pack":
            warnings = _pack(_options(options))
            # A rule reads them off standard output, as Please shows what a successful action wrote to neither
            # stream.
            to = sys.stdout if options.warnings_to_stdout else sys.stderr
            for warning in warnings:
                print(f"{where}: warning: {warning.text}", file=to)
        else:
            print(_list(_options(options), options.json))  # noqa: T201
    except PleasingError as error:
        print(error.render(where), file=sys.stderr)  # noqa: T201
        return 1
    except BrokenPipeError:
        # Whoever read the listing has seen enough; Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        # What can go wrong in a foreseen place is told there, and better.
        print(f"{where}: error: cannot go on: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda_zip",
        description="Turns a PEX into the zip that AWS Lambda runs.",
        formatter_class=_HELP,
        allow_abbrev=False,
    )
    # With a program's name it need not lay out the usage for one.
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", prog=parser.prog)
    subparser = functools.partial(commands.add_parser, formatter_class=_HELP, allow_abbrev=False)
    pack = subparser("pack", help="write the zip of a function")
    listing = subparser("list", help="show what would go into the zip; write nothing")
    for command in (pack, listing):
        command.add_argument(
            "pex", type=Path, metavar="APP.pex", help="Please's or pex-tool's; a file or a folder"
        )
        command.add_argument("--target", help="the rule's label, for messages")
        command.add_argument(
            "--module-dir",
            default="third_party/python",
            metavar="FOLDER",
            help="folder of third-party code in a Please PEX (default: %(default)s)",
        )
        command.add_argument(
            "--source-root",
            dest="source_roots",
            action="append",
            default=[],
            metavar="FOLDER",
            help="folder of the repository whose contents are imported from the root; may be repeated",
        )
        command.add_argument(
            "--entry-point",
            dest="entry_points",
            action="append",
            default=[],
            metavar="PATH",
            help="file that only starts the PEX, and stays out; may be repeated",
        )
        command.add_argument(
            "--exclude",
            action="append",
            default=[],
            metavar="GLOB",
            help="names in the zip to leave out; may be repeated",
        )
        command.add_argument(
            "--collisions-ok",
            action="append",
            default=[],
            metavar="GLOB",
            help="names in the zip that several files may land on; may be repeated",
        )
        command.add_argument(
            "--declared",
            action="append",
            metavar="NAME==VERSION",
            help="a distribution that a rule declared; may be repeated, and an empty one declares none",
        )
        command.add_argument(
            "--verify",
            action=argparse.BooleanOptionalAction,
            default=True,
            help="inflate every member of the PEX and check it (default: yes)",
        )
    listing.add_argument("--json", action="store_true", help="as JSON")
    pack.add_argument(
        "--handler", required=True, help="file.py:function, package.module:function or with a dot"
    )
    pack.add_argument("--output", required=True, type=Path, metavar="APP.zip", help="the zip to write")
    pack.add_argument("--manifest", type=Path, metavar="APP.json", help="the manifest to write")
    pack.add_argument(
        "--package", default="", help="folder that the handler's file is relative to (default: the root)"
    )
    pack.add_argument(
        "--runtime", help="such as python3.13 (default: the version that the PEX was built with)"
    )
    pack.add_argument("--architecture", help="x86_64 or arm64 (default: this machine's)")
    pack.add_argument("--max-size", metavar="SIZE", help="cap on the zip: bytes, 900KiB, 1MB, or a preset")
    pack.add_argument("--max-unzipped-size", metavar="SIZE", help="cap on the unpacked files, likewise")
    pack.add_argument(
        "--check-platform",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="refuse native code that the runtime cannot load (default: yes)",
    )
    pack.add_argument("--warnings-to-stdout", action="store_true", help=argparse.SUPPRESS)
    return parser


def _pack(options: Options) -> list[BuildWarning]:
    from tools.lambda_zip.pack import pack

    return pack(options)


def _list(options: Options, as_json: bool) -> str:
    from tools.lambda_zip.report import listing
    from tools.lambda_zip.selection import select_files

    with select_files(options) as selection:
        return listing.as_json(selection) if as_json else listing.as_text(selection)


def _options(parsed: argparse.Namespace) -> Options:
    import time

    from tools.aws.facts import UNZIPPED_LIMITS, ZIP_LIMITS
    from tools.lambda_zip.check.provenance import parse_declared
    from tools.lambda_zip.options import Options
    from tools.lambda_zip.report.caps import Caps
    from tools.lambda_zip.report.size import parse_cap

    declared = None
    if parsed.declared is not None:
        declared = parse_declared([text for text in parsed.declared if text])
    shared = Options(
        pex=parsed.pex,
        module_dir=parsed.module_dir.strip("/"),
        source_roots=parsed.source_roots,
        entry_points=parsed.entry_points,
        exclude=parsed.exclude,
        collisions_ok=parsed.collisions_ok,
        declared=declared,
        verify=parsed.verify,
    )
    if parsed.command != "pack":
        return shared
    zipped, unzipped = parsed.max_size, parsed.max_unzipped_size
    return shared._replace(
        output=parsed.output,
        manifest=parsed.manifest,
        handler=parsed.handler,
        package=parsed.package,
        runtime=parsed.runtime or None,
        architecture=parsed.architecture or None,
        caps=Caps(
            parse_cap(zipped, "max_size", ZIP_LIMITS) if zipped else None,
            parse_cap(unzipped, "max_unzipped_size", UNZIPPED_LIMITS) if unzipped else None,
        ),
        today=time.strftime("%Y-%m-%d"),
        check_platform=parsed.check_platform,
    )
