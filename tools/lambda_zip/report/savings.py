"""Savings: what a function's rule left out of its zip, summed up: by rule of slimming, and by distribution."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from tools.lambda_zip.options import Options
from tools.lambda_zip.place.layout import LeftOut, Reason


class Saving(NamedTuple):
    """What was left out for one rule of slimming, or of one distribution.

    Attributes:
        reason: Why.
        name: The rule, or the distribution.
        version: The distribution's; empty for a rule.
        detail: Why the distribution goes; empty for a rule.
        files: How many.
        zipped: Bytes that they take in the PEX, compressed.
        unzipped: Bytes when unpacked.
    """

    reason: Reason
    name: str
    version: str
    detail: str
    files: int
    zipped: int
    unzipped: int


_WHOLE = (Reason.DISTRIBUTION, Reason.PROVIDED)


def savings_of(left_out: Iterable[LeftOut]) -> list[Saving]:
    """Return what was left out by slimming and with distributions, sorted by reason and name.

    Args:
        left_out: All that stays out of the zip.
    """
    sums: dict[tuple[Reason, str, str, str], list[int]] = {}
    for item in left_out:
        key: tuple[Reason, str, str, str]
        if item.reason in (Reason.SLIMMED, Reason.SERVICE):
            key = (item.reason, item.detail, "", "")
        elif item.reason in _WHOLE and item.distribution is not None:
            key = (item.reason, item.distribution.name, item.distribution.version, item.detail)
        else:
            continue
        total = sums.setdefault(key, [0, 0, 0])
        total[0] += 1
        total[1] += item.member.compressed
        total[2] += item.member.size
    return sorted(
        (Saving(*key, *total) for key, total in sums.items()),
        key=lambda saving: (saving.reason.value, saving.name, saving.version),
    )


def for_manifest(options: Options, left_out: Iterable[LeftOut], stripped: tuple[int, int]) -> dict[str, Any]:
    """Return what the manifest says of what was left out.

    Args:
        options: What the run was told.
        left_out: All that stays out of the zip.
        stripped: How many native files were stripped, and the bytes that this took off them.
    """
    savings = savings_of(left_out)
    return {
        "slim": options.slim,
        "stripped": {"files": stripped[0], "bytes": stripped[1]},
        "botocore_services": sorted(options.botocore_services),
        "rules": [
            {"rule": saving.name, **_sizes(saving)} for saving in savings if saving.reason not in _WHOLE
        ],
        "distributions": [
            {"name": saving.name, "version": saving.version, "because": saving.detail, **_sizes(saving)}
            for saving in savings
            if saving.reason is Reason.DISTRIBUTION
        ],
        # AWS changes these without notice, and they differ by Region: what is tested here is not what will run.
        "provided": [
            {"name": saving.name, "version": saving.version, "runtime_version": None, **_sizes(saving)}
            for saving in savings
            if saving.reason is Reason.PROVIDED
        ],
    }


def _sizes(saving: Saving) -> dict[str, int]:
    return {"files": saving.files, "compressed_bytes": saving.zipped, "unzipped_bytes": saving.unzipped}
