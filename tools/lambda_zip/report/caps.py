"""Caps: sizes that the build enforces, and the message of a zip that is over one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Callable, Optional

from tools.errors import PleasingError
from tools.lambda_zip.cap import Cap, Caps
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.report.contents import Contents, declared_contents
from tools.text import human

# How far over its cap a zip is compressed again, to see: by `best`, code was 3 % smaller and tables 20 %.
_WORTH_COMPRESSING = 1.25
_ROWS = 12
_FILES = 8
_NO_LAYERS: Mapping[str, int] = {}


def check_caps(
    caps: Caps,
    zipped: int,
    unzipped: int,
    contents: Contents,
    layers: Mapping[str, int] = _NO_LAYERS,
    best: Optional[Callable[[], int]] = None,
) -> None:
    """Check the exact bytes of a finished zip against its caps.

    Args:
        caps: The caps.
        zipped: Bytes of the zip.
        unzipped: Bytes of all files when unpacked.
        contents: What takes the room, for the message.
        layers: The function's layers -> bytes when unpacked. They count with the function's own.
        best: Returns the bytes that the zip would have if it were compressed as well as can be, which takes a while;
            None where it is.

    Raises:
        PleasingError: It is over one, by how much, because of what, and what could go.
    """
    problems = []
    if caps.zipped and zipped > caps.zipped.size:
        problem = _over("the zip is", zipped, "max_size", caps.zipped)
        if best is not None and zipped <= caps.zipped.size * _WORTH_COMPRESSING:
            smallest = best()
            if smallest <= caps.zipped.size:
                problem += (
                    f"\ncompressed as well as can be, it would be {smallest:,} bytes, which is within: give its rule "
                    'compression = "best"'
                )
        problems.append(problem)
    every = unzipped + sum(layers.values())
    if caps.unzipped and every > caps.unzipped.size:
        what = "the zip unpacks to"
        if layers:
            parts = ", ".join(f"{label} {size:,}" for label, size in layers.items())
            what = f"the zip unpacks to {unzipped:,} bytes, and with its layers ({parts}) to"
        problems.append(_over(what, every, "max_unzipped_size", caps.unzipped))
    if problems:
        problems[-1] += "\n" + _table(contents, zipped, "in the zip")
        raise PleasingError(problems)


def check_declared(caps: Caps, placed: Sequence[Placed]) -> None:
    """Check what the files declare that they unpack to, before any of them is inflated.

    Args:
        caps: The caps.
        placed: What would go into the zip.

    Raises:
        PleasingError: It is over the cap on unpacked files, because of what, and what could go.
    """
    cap = caps.unzipped
    if cap is None:
        return
    unzipped = sum(item.member.size for item in placed)
    if unzipped > cap.size:
        problem = _over("the zip would unpack to", unzipped, "max_unzipped_size", cap)
        compressed = sum(item.member.compressed for item in placed)
        raise PleasingError(f"{problem}\n{_table(declared_contents(placed), compressed, 'compressed')}")


def _over(what: str, size: int, option: str, cap: Cap) -> str:
    over = size - cap.size
    source = f", {cap.source}" if cap.source else ""
    return (
        f"{what} {size:,} bytes ({human(size)}), and {option} allows {cap.size:,} ({cap.name}{source}): "
        f"{over:,} bytes ({human(over)}) too many"
    )


def _table(contents: Contents, zipped: int, title: str) -> str:
    lines = ["", f"  {title:>14}  {'share':>6}  {'unpacked':>14}  what"]
    shares = contents.shares
    for share in shares[:_ROWS]:
        lines.append(_row(share.zipped, zipped, share.unzipped, share.title))
    if len(shares) > _ROWS:
        rest = shares[_ROWS:]
        title = f"{len(rest)} more distributions"
        lines.append(_row(sum(s.zipped for s in rest), zipped, sum(s.unzipped for s in rest), title))
    lines += ["", "  largest files:"]
    for file in contents.files[:_FILES]:
        lines.append(_row(file.zipped, zipped, file.unzipped, file.name))
    lines += ["", "  what could go:"]
    for size, what, how in contents.spare:
        lines.append(f"  {size:>14,}  {size / zipped:>6.1%}  {what}: {how}")
    lines.append(
        "  a distribution that the handler does not need: take it out of deps; files: name them in exclude"
    )
    return "\n".join(lines)


def _row(zipped: int, total: int, unzipped: int, title: str) -> str:
    return f"  {zipped:>14,}  {zipped / total:>6.1%}  {unzipped:>14,}  {title}"
