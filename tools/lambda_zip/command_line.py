"""The arguments of lambda_zip's commands."""

from __future__ import annotations

import argparse
import functools
from pathlib import Path
from typing import Optional

# Without a width, argparse asks the terminal for one with shutil at each argument: 2 ms of each start.
_HELP = functools.partial(argparse.HelpFormatter, width=80)


def command_line() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
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
    layer = subparser("layer", help="write the zip of a layer")
    listing = subparser("list", help="show what would go into the zip; write nothing")
    for subcommand in (pack, layer, listing):
        subcommand.add_argument(
            "pex", type=Path, metavar="APP.pex", help="Please's or pex-tool's; a file or a folder"
        )
        subcommand.add_argument("--target", help="the rule's label, for messages")
        subcommand.add_argument(
            "--module-dir",
            default="third_party/python",
            metavar="FOLDER",
            help="folder of third-party code in a Please PEX (default: %(default)s)",
        )
        _add_repeated(
            subcommand,
            "--source-root",
            "FOLDER",
            "folder of the repository whose contents are imported from the root",
            dest="source_roots",
        )
        _add_repeated(
            subcommand,
            "--entry-point",
            "PATH",
            "file that only starts the PEX, and stays out",
            dest="entry_points",
        )
        _add_repeated(subcommand, "--exclude", "GLOB", "names in the zip to leave out")
        _add_repeated(
            subcommand, "--collisions-ok", "GLOB", "names in the zip that several files may land on"
        )
        subcommand.add_argument(
            "--declared",
            action="append",
            metavar="NAME==VERSION",
            help="a distribution that a rule declared; may be repeated, and an empty one declares none",
        )
        subcommand.add_argument(
            "--slim",
            choices=("safe", "more", "none"),
            default="safe",
            help="leave out files of distributions that no running function reads (default: %(default)s)",
        )
        subcommand.add_argument(
            "--slim-licences", action="store_true", help="let --slim leave out licences too"
        )
        _add_repeated(
            subcommand,
            "--exclude-distribution",
            "NAME",
            "distribution to leave out, with what only it needs",
            dest="exclude_distributions",
        )
        _add_repeated(
            subcommand,
            "--provided",
            "NAME",
            "distribution to leave to Lambda's runtime, or `runtime` for all that it brings",
        )
        _add_repeated(
            subcommand,
            "--botocore-service",
            "NAME",
            "service of AWS whose data stays in botocore, and no other's",
            dest="botocore_services",
        )
        subcommand.add_argument(
            "--botocore-services-checked",
            action=argparse.BooleanOptionalAction,
            default=True,
            help="refuse clients of services whose names are computed (default: yes)",
        )
        subcommand.add_argument(
            "--strip-binaries", action="store_true", help="take the symbols out of native files"
        )
        _add_repeated(
            subcommand, "--strip-exclude", "GLOB", "names in the zip of native files that keep their symbols"
        )
        subcommand.add_argument(
            "--runtime", help="such as python3.13 (default: the version that the PEX was built with)"
        )
        subcommand.add_argument(
            "--accept-newer-runtimes",
            action="store_true",
            help="take a runtime that is newer than all that this version knows, as if it had the newest known system",
        )
        subcommand.add_argument("--architecture", help="x86_64 or arm64 (default: this machine's)")
        subcommand.add_argument(
            "--verify",
            action=argparse.BooleanOptionalAction,
            default=True,
            help="inflate every member of the PEX and check it (default: yes)",
        )
    listing.add_argument("--json", action="store_true", help="as JSON")
    config = subparser("config", help="write the module that a function reads its configuration from")
    config.add_argument("--target", help="the rule's label, for messages")
    given = config.add_mutually_exclusive_group(required=True)
    given.add_argument("--json", metavar="OBJECT", help="the configuration, as JSON")
    given.add_argument("--file", type=Path, metavar="CONFIG.json", help="a file with it")
    config.add_argument("--output", required=True, type=Path, metavar="CONFIG.py", help="the module to write")
    pack.add_argument(
        "--handler", required=True, help="file.py:function, package.module:function or with a dot"
    )
    pack.add_argument("--output", required=True, type=Path, metavar="APP.zip", help="the zip to write")
    pack.add_argument("--manifest", type=Path, metavar="APP.json", help="the manifest to write")
    layer.add_argument("--output", required=True, type=Path, metavar="LAYER.zip", help="the zip to write")
    layer.add_argument(
        "--manifest", required=True, type=Path, metavar="LAYER.json", help="the manifest to write"
    )
    _add_layers(pack, layer)
    for subcommand in (pack, layer):
        _add_checks(subcommand)
    pack.add_argument(
        "--folder", type=Path, metavar="APP", help="a folder to write the zip's files into as well"
    )
    pack.add_argument(
        "--package", default="", help="folder that the handler's file is relative to (default: the root)"
    )
    pack.add_argument(
        "--edge", metavar="EVENT", help="event of CloudFront, such as viewer-request: its caps and rules hold"
    )
    return parser


def _add_layers(pack: argparse.ArgumentParser, layer: argparse.ArgumentParser) -> None:
    for flag, example, what in (
        ("--layers", "LAYER.zip", "the function's layers"),
        ("--layer-manifests", "LAYER.json", "their manifests, in the same order"),
    ):
        pack.add_argument(flag, nargs="*", default=[], type=Path, metavar=example, help=what)
    for name, example in (("runtime", "python3.13"), ("architecture", "arm64")):
        what = f"another {name} that the layer is for, such as {example}"
        _add_repeated(layer, f"--compatible-{name}", "NAME", what, dest=f"compatible_{name}s")


def _add_checks(subcommand: argparse.ArgumentParser) -> None:
    subcommand.add_argument(
        "--max-size", metavar="SIZE", help="cap on the zip: bytes, 900KiB, 1MB, or a preset"
    )
    subcommand.add_argument("--max-unzipped-size", metavar="SIZE", help="cap on the unpacked files, likewise")
    subcommand.add_argument(
        "--check-platform",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="refuse native code that the runtime cannot load (default: yes)",
    )
    subcommand.add_argument(
        "--check-imports",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="refuse code whose imports lead nowhere in the function's Python (default: yes)",
    )
    _add_repeated(subcommand, "--imports-ok", "GLOB", "modules and distributions that need not be in the zip")
    _add_repeated(
        subcommand,
        "--provided-library",
        "GLOB",
        "native library that the function gets elsewhere, such as libodbc.so.2 from a layer",
        dest="provided_libraries",
    )
    subcommand.add_argument(
        "--compression",
        choices=("good", "best", "copy"),
        default="good",
        help="deflate well, or as well as can be, or copy the wheels' compressed bytes (default: %(default)s)",
    )
    subcommand.add_argument(
        "--encoder",
        type=Path,
        metavar="_deflate.so",
        help="native module of the package deflate (default: the one that this Python has)",
    )
    subcommand.add_argument("--warnings-to-stdout", action="store_true", help=argparse.SUPPRESS)


def _add_repeated(
    subcommand: argparse.ArgumentParser, flag: str, metavar: str, what: str, dest: Optional[str] = None
) -> None:
    """Add an option that may be given several times."""
    repeated = f"{what}; may be repeated"
    subcommand.add_argument(flag, dest=dest, action="append", default=[], metavar=metavar, help=repeated)
