"""Whether the wheels that a lock lists fit: a function's platform, and a PEX that is not unpacked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Optional

from tools.aws.platform import Platform
from tools.lambda_lock.lock import Distribution

if TYPE_CHECKING:
    from packaging.tags import Tag

_GLIBC = re.compile(r"manylinux_2_(\d+)_(\w+)")


def is_pure(item: Distribution) -> bool:
    """Return whether all wheels of a distribution are pure Python, so that a PEX with it need not be unpacked.

    Where the lock names no files, it is not known, and False.

    Args:
        item: The distribution.
    """
    wheels = [name for name in item.files if name.endswith(".whl")]
    return bool(wheels) and not item.sdist and all(name.endswith("-none-any.whl") for name in wheels)


def glibc_problem(item: Distribution, platform: Platform) -> Optional[str]:
    """Return how a distribution's wheels miss a function's platform by glibc alone; None where they do not.

    Args:
        item: The distribution, with the names of its files.
        platform: The function's platform.
    """
    if platform.runtime is None or platform.architecture is None:
        return None
    wheels = list(_wheels(item))
    if any(platform.rank(tags) is not None for _, tags in wheels):
        return None
    loadable = {(tag.interpreter, tag.abi) for tag in platform.tags}
    needed = sorted(
        (int(match[1]), name)
        for name, tags in wheels
        for tag in tags
        if (tag.interpreter, tag.abi) in loadable
        and (match := _GLIBC.fullmatch(tag.platform))
        and match[2] == platform.architecture.machine
    )
    if not needed:
        return None
    minor, name = needed[0]
    return (
        f"{item.title} has no wheel that {platform.title} could load: {name} needs glibc 2.{minor}, and the runtime "
        f"has {'.'.join(map(str, platform.runtime.glibc))}; lock an older version, or use a newer runtime"
    )


def _wheels(item: Distribution) -> Iterator[tuple[str, frozenset[Tag]]]:
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    for name in item.files:
        if name.endswith(".whl"):
            try:
                yield name, parse_wheel_filename(name)[3]
            except InvalidWheelFilename:
                continue  # pip takes no such file either.
