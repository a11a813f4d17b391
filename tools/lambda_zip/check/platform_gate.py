"""Platform gate: whether the runtime can load the native files that go into a zip."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Optional

from tools.aws.facts import Architecture, Runtime
from tools.errors import PleasingError
from tools.lambda_zip.place.layout import Placed
from tools.lambda_zip.read.distribution import Distribution
from tools.lambda_zip.warning import BuildWarning, WarningKind

if TYPE_CHECKING:
    from tools.native.gate import NativeFile
    from tools.wheel_notes.native_facts import Fact

# What a loader may be handed, by its name; and programs, by their mode.
_NATIVE = re.compile(r"\.(?:so(?:\.\d+)*|pyd|dylib|dll|node)$")
# Each holds a few MB; more of them would wait for the interpreter's lock.
_THREADS = 8
_SCRIPT = re.compile(r"\.(?:py|sh|js|pl|rb|txt|json|cfg|toml|yaml|h|c)$")


def check_platform(
    placed: Sequence[Placed],
    runtime: Runtime,
    architecture: Architecture,
    summaries: Sequence[bytes] = (),
    provided_libraries: Sequence[str] = (),
) -> list[BuildWarning]:
    """Check every native file that goes into the zip against the runtime, and return warnings.

    Args:
        placed: What goes into the zip.
        runtime: The function's runtime.
        architecture: The function's architecture.
        summaries: What lambda_wheel noted of native files when it unpacked their wheels; files that these do
            not know, or not with the same size and CRC-32, are read.
        provided_libraries: Globs of library names that the function gets elsewhere.

    Raises:
        PleasingError: A file could never be loaded there; all such files at once.
    """
    candidates = [item for item in placed if _may_be_native(item)]
    if not candidates:
        return []
    from tools.native.gate import check

    facts = _facts(summaries)
    any_platform = _AnyPlatform(placed)
    files = _native_files(candidates, any_platform, facts)
    findings = check(files, runtime, architecture, {item.name for item in placed}, provided_libraries)
    if findings.problems:
        raise PleasingError(findings.problems)
    return [BuildWarning(WarningKind.NATIVE_CODE, text) for text in findings.warnings]


def _facts(summaries: Sequence[bytes]) -> dict[str, Fact]:
    from tools.wheel_notes.native_facts import load_facts

    facts: dict[str, Fact] = {}
    for summary in summaries:
        # JSON that is nested too deeply is no note of lambda_wheel's.
        with contextlib.suppress(RecursionError):
            facts.update(load_facts(summary))
    return facts


def _may_be_native(item: Placed) -> bool:
    name = item.name
    if _NATIVE.search(name):
        return True
    return item.member.executable and item.member.size > 0 and not _SCRIPT.search(name)


class _AnyPlatform:
    """Which distributions say that they fit any platform (binary distribution format, `Tag` of `WHEEL`)."""

    def __init__(self, placed: Sequence[Placed]) -> None:
        self._wheel_files = {
            item.distribution: item.member
            for item in placed
            if item.distribution is not None and item.name == f"{item.distribution.folder}/WHEEL"
        }
        self._known: dict[Distribution, bool] = {}

    def __call__(self, distribution: Optional[Distribution]) -> bool:
        if distribution is None or distribution not in self._wheel_files:
            return False
        known = self._known.get(distribution)
        if known is None:
            text = self._wheel_files[distribution].read().decode("utf-8", "replace")
            tags = re.findall(r"(?im)^Tag:\s*(\S+)", text)
            known = self._known[distribution] = bool(tags) and all(tag.endswith("-any") for tag in tags)
        return known


def _native_files(
    candidates: Sequence[Placed], any_platform: _AnyPlatform, facts: Mapping[str, Fact]
) -> list[NativeFile]:
    """Read the headers, in threads where something is inflated: zlib lets go of the interpreter's lock."""

    def read(item: Placed) -> Optional[NativeFile]:
        return _native_file(item, any_platform, facts)

    # The largest first, so that none is left for one thread at the end.
    unknown = sorted(
        (item for item in candidates if _fact_of(item, facts) is None),
        key=lambda item: -item.member.compressed,
    )
    files = [read(item) for item in candidates if _fact_of(item, facts) is not None]
    if len(unknown) > 1:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(os.cpu_count() or 1, _THREADS), "native") as pool:
            files.extend(pool.map(read, unknown))
    else:
        files.extend(map(read, unknown))
    return sorted((file for file in files if file is not None), key=lambda file: file.path)


def _fact_of(item: Placed, facts: Mapping[str, Fact]) -> Optional[Fact]:
    """Return what lambda_wheel noted of a file, if it is of these very bytes."""
    fact = facts.get(item.path)
    same = fact is not None and (fact.crc, fact.size) == (item.member.crc, item.member.size)
    return fact if same else None


def _native_file(item: Placed, any_platform: _AnyPlatform, facts: Mapping[str, Fact]) -> Optional[NativeFile]:
    from tools.native.elf import ElfError, read_elf
    from tools.native.gate import NativeFile
    from tools.native.kind import HEAD_SIZE, Kind, kind_of
    from tools.native.stream import Stream

    member = item.member
    owner = item.distribution
    title = f"{owner.name} {owner.version}" if owner else None
    fact = _fact_of(item, facts)
    if fact is not None:
        return NativeFile(item.name, title, fact.kind, fact.elf, fact.unreadable, any_platform(owner))
    stream = Stream(lambda: member.source.beginning(member))
    kind = kind_of(stream.read(0, HEAD_SIZE))
    if kind is None:
        return None
    elf, unreadable = None, None
    if kind is Kind.ELF:
        try:
            elf = read_elf(stream.read)
        except ElfError as error:
            unreadable = str(error)
    return NativeFile(item.name, title, kind, elf, unreadable, any_platform(owner))
