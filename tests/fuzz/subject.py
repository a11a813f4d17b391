"""Subject: a valid PEX whose mutations are read, and what they may give."""

from __future__ import annotations

import contextlib
import io
import random as randoms
import zipfile
from pathlib import Path
from random import Random
from typing import NamedTuple, Optional

from tests.builders.command import contents
from tests.builders.pex import PexBuilder, PexKind, bytecode, wheel_name
from tests.builders.raw_zip import UT, extra_field, zip64_field
from tests.fuzz.mutation import mutate, mutate_text
from tests.unit.native.elf_builder import Library, build_elf
from tools.archive.reader import ArchiveReader
from tools.errors import PleasingError
from tools.lambda_zip.options import Options
from tools.lambda_zip.pack import pack
from tools.lambda_zip.select_files import select_files

Contents = dict[str, tuple[bytes, int]]


class FindingError(Exception):
    """Something that must not be: another exception, or another result."""


class Verdict(NamedTuple):
    """What a case gave: `same`, `error`, or, where contents were meant to change, `packed`."""

    word: str
    message: str


def rich_pex(kind: PexKind, size: int = 1) -> PexBuilder:
    """Return a PEX with a bit of everything that the tool looks into."""
    elf = build_elf([Library("libc.so.6", ["GLIBC_2.17"])], soname="libx.so", filler=300)
    builder = (
        PexBuilder(kind)
        .add_source(
            "svc/echo.py", "import json\n\ndef handler(event, context):\n    return json.dumps(event)\n"
        )
        .add("svc/only.pyc", bytecode())
        .add("svc/data.bin", Random(7).randbytes(400 * size))
        .add("svc/text.txt", b"the same line again\n" * 50 * size)
        .add("svc/tool", elf, executable=True)
        .add_distribution(
            "zope-interface",
            "5.0",
            {"zope/interface/__init__.py": b"", "zope/interface/_c.cpython-311-x86_64-linux-gnu.so": elf},
            tags=("cp311-cp311-linux_x86_64",),
        )
        .add_distribution(
            "msgspec",
            "0.19.0",
            {"msgspec/__init__.py": b"x = 1\n" * 30, 'msgspec/a,"b.txt': b"quoted"},
            scattered={"bin/m": b""},
        )
        .add_distribution(
            "egg", "1", {"egg.py": b"pass\n"}, folder_name="egg-1-py3.11.egg-info", record=False
        )
    )
    if not kind.please:
        builder.add_link("svc/link.txt", "text.txt")
        return builder
    builder.add("svc/é.txt", b"name in UTF-8", descriptor=4)
    builder.add("svc/stored.bin", b"PK\x07\x08 stored" * 9, method=0)
    builder.add(
        "svc/wide.bin",
        b"wide" * 40,
        local={"compressed": 0xFFFFFFFF, "size": 0xFFFFFFFF},
        local_extra=zip64_field(160, 9),
        central_extra=UT + extra_field(0x7875, b"ux"),
        payload=None,
    )
    builder.options["svc/wide.bin"]["local_extra"] = zip64_field(160, _deflated_size(b"wide" * 40))
    builder.add("svc/streamed.bin", b"abc" * 50, descriptor=8, descriptor_signature=False)
    return builder


def _deflated_size(data: bytes) -> int:
    from tests.builders.raw_zip import deflate

    return len(deflate(data))


_OPTIONS = Options(
    Path("app.pex"),
    handler="svc/echo.py:handler",
    runtime="python3.11",
    architecture="x86_64",
    today="2026-11-21",
    source_roots=("src",),
    exclude=("**/nothing",),
)


class Subject:
    """A PEX of one kind.

    Args:
        kind: Which.
        folder: Where its files may be written.
    """

    def __init__(self, kind: PexKind, folder: Path) -> None:
        self.kind = kind
        self.folder = folder
        self.builder = rich_pex(kind)
        self._pex = folder / "app.pex"
        self._zip = folder / "app.zip"
        self._json = folder / "app.json"
        self.builder.write(self._pex)
        # The part of a folder that is mutated is a wheel, or the PEX-INFO.
        self.places = [self._pex] if kind.archive else self._files()
        self.originals = {place: place.read_bytes() for place in self.places}
        warnings = self._pack(True)
        self.expected = contents(self._zip)
        self.warnings = [warning for warning in warnings if "differ only" not in warning]

    def case(self, random: Random) -> Verdict:
        """Run one case: a mutated archive, or a good one with mutated contents."""
        if self.kind.archive and random.random() < 0.3:
            return self._contents_case(random)
        return self._archive_case(random)

    def _archive_case(self, random: Random) -> Verdict:
        place = random.choice(self.places)
        original = self.originals[place]
        return self.check(place, (mutate if self.is_archive(place) else mutate_text)(original, random))

    def is_archive(self, place: Path) -> bool:
        """Return whether a place of this PEX is an archive; else it is text.

        Args:
            place: One of `places`.
        """
        return self.kind.archive or place.suffix == ".whl"

    def check(self, place: Path, mutated: bytes) -> Verdict:
        """Pack the PEX with other bytes at one place.

        Args:
            place: One of `places`.
            mutated: Its bytes.

        Raises:
            FindingError: The result is another, something is left behind, or another reader disagrees.
        """
        original, archive = self.originals[place], self.is_archive(place)
        place.write_bytes(mutated)
        try:
            try:
                self._pack(True)
            except PleasingError as error:
                self._check_nothing_left()
                self._pack_trusting()
                return Verdict("error", _first_line(error))
            self._compare(contents(self._zip), _changed_attributes(original, mutated) if archive else None)
            if archive:
                self._compare_readers(place)
            return Verdict("same", "")
        finally:
            place.write_bytes(original)

    def _contents_case(self, random: Random) -> Verdict:
        builder = rich_pex(self.kind)
        kind_of_file = random.randrange(3)
        if kind_of_file == 0:
            path = random.choice(sorted(builder.first_party))
            builder.first_party[path] = mutate_text(builder.first_party[path], random)
            builder.options.pop(path, None)
        elif kind_of_file == 1 or not self.kind.please:
            distribution = random.choice(builder.distributions)
            files = distribution.installed()
            path = random.choice(sorted(files))
            data = mutate_text(files[path], random)
            distribution.files = {**files, path: data}
            distribution.metadata = False
            distribution.scattered = {}
            if random.random() < 0.3:
                builder.info = {
                    "interpreter_constraints": random.choice((5, ["==3." + "9" * 5000], None, {"a": 1}, "x"))
                }
        else:
            data = (
                b'{"format": "pleasing-unavailable-1", "name": "a", "version": "1", "arch": "x", "text": "t"}'
            )
            builder.third_party[".unavailable/none.json"] = mutate_text(data, random)
        builder.write(self._pex)
        try:
            for verify in (True, False):
                try:
                    self._pack(verify)
                except PleasingError as error:
                    self._check_nothing_left()
                    return Verdict("error", _first_line(error))
            with zipfile.ZipFile(self._zip) as archive:
                if archive.testzip() is not None:
                    raise FindingError("the zip is damaged")
            return Verdict("packed", "")
        finally:
            self._pex.write_bytes(self.originals[self._pex])

    def _pack(self, verify: bool) -> list[str]:
        return [warning.text for warning in pack(self._options(verify))]

    def _options(self, verify: bool) -> Options:
        return _OPTIONS._replace(pex=self._pex, output=self._zip, manifest=self._json, verify=verify)

    def _pack_trusting(self) -> None:
        """What contents are not read may differ, but nothing else may happen than an error that is meant."""
        with contextlib.suppress(PleasingError):
            self._pack(False)
            ArchiveReader(self._zip).close()
        with contextlib.suppress(PleasingError):
            select_files(self._options(False)).pex.close()
        for left in (self._zip, self._json):
            left.unlink(missing_ok=True)

    def _check_nothing_left(self) -> None:
        left = {entry.name for entry in self.folder.iterdir()} - {"app.pex"}
        if left:
            raise FindingError(f"left behind: {sorted(left)}")

    def _compare(self, found: Contents, changed: Optional[set[str]]) -> None:
        if changed is None:
            return
        if set(found) != set(self.expected):
            raise FindingError(f"other names: {sorted(set(found) ^ set(self.expected))}")
        for name, (data, mode) in self.expected.items():
            # A mode is written once in an archive, so that nothing tells a good one from another good one.
            free = any(other == name or other.endswith("/" + name) for other in changed)
            if found[name][0] != data and not (free and self.kind is not PexKind.PLEASE_2):
                raise FindingError(f"other bytes: {name}")
            if found[name][1] != mode and not free:
                raise FindingError(f"another mode: {name} {found[name][1]:o}")

    def _compare_readers(self, place: Path) -> None:
        """What zipfile makes of an archive that the tool takes must be what the tool makes of it."""
        container = ArchiveReader(place)
        try:
            ours = {member.name: member.read() for member in container.members}
        finally:
            container.close()
        theirs = {}
        try:
            with zipfile.ZipFile(place) as archive:
                for info in archive.infolist():
                    if not info.is_dir():
                        theirs[info.filename] = archive.read(info)
        except (zipfile.BadZipFile, NotImplementedError):
            return
        if ours != theirs:
            raise FindingError("zipfile reads something else")

    def _files(self) -> list[Path]:
        wheel = self._pex / ".deps" / wheel_name(self.builder.distributions[1])
        return [*([wheel] if wheel.is_file() else []), self._pex / "PEX-INFO"]


def _changed_attributes(original: bytes, mutated: bytes) -> set[str]:
    """Return the names whose mode or system of origin another byte now tells."""

    def attributes(data: bytes) -> dict[str, tuple[int, int]]:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {info.filename: (info.create_system, info.external_attr) for info in archive.infolist()}

    try:
        before, after = attributes(original), attributes(mutated)
    except Exception:
        return set()
    return {name for name in before if before[name] != after.get(name)}


def _first_line(error: PleasingError) -> str:
    return error.problems[0].partition("\n")[0]


def subjects(folder: Path) -> list[Subject]:
    """Make a subject of each kind of PEX.

    Args:
        folder: Where their files may be written.
    """
    made = []
    for kind in PexKind:
        place = folder / kind.name
        place.mkdir(parents=True)
        made.append(Subject(kind, place))
    return made


def case_random(seed: int, number: int) -> Random:
    """Return the random numbers of one case, which these two alone decide."""
    return randoms.Random(f"{seed}:{number}")
