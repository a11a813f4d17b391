"""The command line of lambda_zip."""

from __future__ import annotations

import argparse
import functools
import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from tools import command

if TYPE_CHECKING:
    from tools.lambda_zip.options import Options
    from tools.lambda_zip.warning import BuildWarning

# Without a width, argparse asks the terminal for one with shutil at each argument: 2 ms of each start.
_HELP = functools.partial(argparse.HelpFormatter, width=80)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command, and return its exit status: 0, or 1 where the input cannot be packed.

    Args:
        arguments: The command line without the program's name; the process's where not given.
    """
    # What is made here lives to the end: looking for garbage finds none, and takes a tenth of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return command.run(_parser(), arguments, _run, _where)
    finally:
        if collecting:
            gc.enable()


def _where(parsed: argparse.Namespace) -> str:
    if parsed.command == "config":
        return str(parsed.target or parsed.output.name)
    return str(parsed.target or parsed.pex.name or parsed.pex)


def _run(parsed: argparse.Namespace) -> None:
    if parsed.command == "config":
        from tools.lambda_zip.config_module import write_config

        write_config(parsed.json, parsed.file, parsed.output)
        return
    options = _options(parsed)
    if parsed.command == "list":
        print(command.printable(_list(options, parsed.json)))  # noqa: T201
        return
    # A rule reads warnings off standard output, as Please shows nothing of what a successful action wrote.
    stream = sys.stdout if parsed.warnings_to_stdout else sys.stderr
    warnings = _pack_layer(options, parsed) if parsed.command == "layer" else _pack(options)
    for warning in warnings:
        command.say(f"{_where(parsed)}: warning: {warning.text}", stream)


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
        subcommand.add_argument(
            "--source-root",
            dest="source_roots",
            action="append",
            default=[],
            metavar="FOLDER",
            help="folder of the repository whose contents are imported from the root; may be repeated",
        )
        subcommand.add_argument(
            "--entry-point",
            dest="entry_points",
            action="append",
            default=[],
            metavar="PATH",
            help="file that only starts the PEX, and stays out; may be repeated",
        )
        subcommand.add_argument(
            "--exclude",
            action="append",
            default=[],
            metavar="GLOB",
            help="names in the zip to leave out; may be repeated",
        )
        subcommand.add_argument(
            "--collisions-ok",
            action="append",
            default=[],
            metavar="GLOB",
            help="names in the zip that several files may land on; may be repeated",
        )
        subcommand.add_argument(
            "--declared",
            action="append",
            metavar="NAME==VERSION",
            help="a distribution that a rule declared; may be repeated, and an empty one declares none",
        )
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
        layer.add_argument(
            f"--compatible-{name}",
            dest=f"compatible_{name}s",
            action="append",
            default=[],
            metavar="NAME",
            help=f"another {name} that the layer is for, such as {example}; may be repeated",
        )


def _add_checks(subcommand: argparse.ArgumentParser) -> None:
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
    subcommand.add_argument(
        "--imports-ok",
        action="append",
        default=[],
        metavar="GLOB",
        help="modules and distributions that need not be in the zip; may be repeated",
    )
    subcommand.add_argument(
        "--provided-library",
        dest="provided_libraries",
        action="append",
        default=[],
        metavar="GLOB",
        help="native library that the function gets elsewhere, such as libodbc.so.2 from a layer; may be repeated",
    )
    subcommand.add_argument("--warnings-to-stdout", action="store_true", help=argparse.SUPPRESS)


def _pack(options: Options) -> list[BuildWarning]:
    from tools.lambda_zip.pack import pack

    return pack(options)


def _pack_layer(options: Options, parsed: argparse.Namespace) -> list[BuildWarning]:
    from tools.lambda_zip.pack_layer import pack_layer

    return pack_layer(options, parsed.compatible_runtimes, parsed.compatible_architectures)


def _list(options: Options, as_json: bool) -> str:
    from tools.lambda_zip.report import listing
    from tools.lambda_zip.select_files import select_files

    with select_files(options) as selection:
        return listing.as_json(selection) if as_json else listing.as_text(selection)


def _options(parsed: argparse.Namespace) -> Options:
    import time

    from tools.aws.facts import UNZIPPED_LIMITS, ZIP_LIMITS
    from tools.lambda_zip.cap import Caps, parse_cap, preset_cap, smallest
    from tools.lambda_zip.check.provenance import parse_declared, parse_extras
    from tools.lambda_zip.options import Options

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
    if parsed.command == "list":
        return shared
    event = None
    own: dict[str, Any] = {}
    if parsed.command == "pack":
        if parsed.edge:
            from tools.lambda_zip.check.edge import parse_edge

            event = parse_edge(parsed.edge)
        own = {
            "handler": parsed.handler,
            "package": parsed.package,
            "edge": event.name if event else None,
            "layers": parsed.layers,
            "layer_manifests": parsed.layer_manifests,
        }
    zipped, unzipped = parsed.max_size, parsed.max_unzipped_size
    return shared._replace(
        **own,
        output=parsed.output,
        manifest=parsed.manifest,
        target=parsed.target or "",
        runtime=parsed.runtime or None,
        accept_newer_runtimes=parsed.accept_newer_runtimes,
        architecture=parsed.architecture or None,
        caps=Caps(
            smallest(
                parse_cap(zipped, "max_size", ZIP_LIMITS) if zipped else None,
                preset_cap(ZIP_LIMITS[event.preset]) if event else None,
            ),
            smallest(
                parse_cap(unzipped, "max_unzipped_size", UNZIPPED_LIMITS) if unzipped else None,
                preset_cap(UNZIPPED_LIMITS["lambda"]) if own.get("layers") else None,
            ),
        ),
        today=time.strftime("%Y-%m-%d"),
        check_platform=parsed.check_platform,
        check_imports=parsed.check_imports,
        imports_ok=parsed.imports_ok,
        extras=parse_extras(parsed.declared or ()),
        provided_libraries=parsed.provided_libraries,
    )
