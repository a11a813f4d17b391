"""Decides which files of a PEX go into the zip, under which names, and which stay out."""

from __future__ import annotations

from typing import Optional

from tools.lambda_zip.check.unavailable import check_unavailable
from tools.lambda_zip.options import Options
from tools.lambda_zip.place.collisions import land, settle
from tools.lambda_zip.place.exclude import exclude
from tools.lambda_zip.place.in_layers import divide
from tools.lambda_zip.place.layout import lay_out
from tools.lambda_zip.place.pattern import Patterns
from tools.lambda_zip.place.selection import Selection
from tools.lambda_zip.read.distribution import Owners
from tools.lambda_zip.read.layer_zip import LayerZip, open_layers
from tools.lambda_zip.read.links import follow_links
from tools.lambda_zip.read.pex import Pex, open_pex
from tools.lambda_zip.read.python_version import python_of
from tools.lambda_zip.report.caps import check_declared
from tools.lambda_zip.slim.slimming import slim
from tools.lambda_zip.warning import BuildWarning, WarningKind


def select_files(options: Options, label: Optional[str] = None) -> Selection:
    """Decide which files of a PEX go into a zip.

    Args:
        options: What decides.
        label: How messages name the PEX; its path where not given.

    Raises:
        PleasingError: The PEX is damaged, or its files cannot be laid out.
    """
    excluded = Patterns(options.exclude, "exclude")
    collisions_ok = Patterns(options.collisions_ok, "collisions_ok")
    pex = open_pex(options.pex, options.module_dir, label)
    layers: list[LayerZip] = []
    try:
        layers.extend(open_layers(options.layers, options.layer_manifests))
        return _select(pex, layers, options, excluded, collisions_ok)
    except BaseException:
        pex.close()
        for layer in layers:
            layer.close()
        raise


def _select(
    pex: Pex, layers: list[LayerZip], options: Options, excluded: Patterns, collisions_ok: Patterns
) -> Selection:
    check_unavailable(pex.parts)
    parts = follow_links(pex.parts)
    # A million parts are a hundred megabytes: what is still asked of them is answered now.
    members = [part.member for part in pex.parts] if options.verify else []
    pex = pex._replace(python=python_of(pex))
    pex.parts.clear()
    owners = Owners(parts, options.declared or {})
    layout = lay_out(parts, owners, options.source_roots, options.module_dir, options.entry_points)
    kept = exclude(layout.placed, excluded)
    divided = divide(kept.placed, layers)
    slimmed = slim(divided.placed, layout.left_out, options, pex)
    landed = land(slimmed.placed)
    if options.verify:
        from tools.archive.verify import verify_members

        # Names and declared sizes decide until here: what a small PEX declares may take minutes to inflate.
        check_declared(options.caps, landed.placed)
        verify_members(members)
    settled = settle(landed, collisions_ok)
    unused = [
        BuildWarning(WarningKind.UNUSED_PATTERN, f"collisions_ok: {glob!r} matches no collision; take it out")
        for glob in collisions_ok.unmatched
    ]
    warnings = [*kept.warnings, *slimmed.warnings, *settled.warnings, *unused]
    return Selection(
        pex,
        settled.placed,
        [*layout.left_out, *kept.left_out, *divided.left_out, *slimmed.left_out],
        warnings,
        (slimmed.stripped_files, slimmed.stripped_bytes),
        layers,
        divided.in_layers,
    )
