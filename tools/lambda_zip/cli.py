"""The command line of lambda_zip."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from tools import command
from tools.errors import PleasingError
from tools.lambda_zip.command_line import command_line

if TYPE_CHECKING:
    from tools.lambda_zip.options import Options
    from tools.lambda_zip.warning import BuildWarning


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command, and return its exit status: 0, or 1 where the input cannot be packed.

    Args:
        arguments: The command line without the program's name; the process's where not given.
    """
    return command.run(command_line(), arguments, _run, _where, collects_garbage=False)


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
    warnings = _pack_layer(options, parsed) if parsed.command == "layer" else _pack(options, parsed.folder)
    for warning in warnings:
        command.say(f"{_where(parsed)}: warning: {warning.text}", stream)


def _pack(options: Options, folder: Optional[Path]) -> list[BuildWarning]:
    from tools.lambda_zip.pack import pack

    warnings = pack(options)
    if folder is not None and options.output is not None:
        from tools.lambda_zip.unzip import unzip

        try:
            unzip(options.output, folder)
        except PleasingError:
            for output in filter(None, (options.output, options.manifest)):
                output.unlink()
            raise
    return warnings


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

    from tools.archive.encoder import COMPRESSIONS
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
        slim=parsed.slim,
        slim_licences=parsed.slim_licences,
        exclude_distributions=parsed.exclude_distributions,
        provided="runtime" if "runtime" in parsed.provided else parsed.provided,
        runtime=parsed.runtime or None,
        accept_newer_runtimes=parsed.accept_newer_runtimes,
        architecture=parsed.architecture or None,
        extras=parse_extras(parsed.declared or ()),
        today=time.strftime("%Y-%m-%d"),
        botocore_services=parsed.botocore_services,
        botocore_services_checked=parsed.botocore_services_checked,
        strip_binaries=parsed.strip_binaries,
        strip_exclude=parsed.strip_exclude,
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
        check_platform=parsed.check_platform,
        check_imports=parsed.check_imports,
        imports_ok=parsed.imports_ok,
        provided_libraries=parsed.provided_libraries,
        compression=COMPRESSIONS[parsed.compression],
        encoder=parsed.encoder,
    )
