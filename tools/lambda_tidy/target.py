"""Target: the targets that a repository's BUILD files declare, each with its sources."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tools.lambda_tidy.build_call import BuildCall, BuildFacts
from tools.lambda_tidy.glob import expand, matches
from tools.lambda_tidy.reading import Repository
from tools.lambda_tidy.rule_kind import Kind
from tools.lambda_tidy.settings import Settings
from tools.lambda_tidy.tree import join

_SOURCES = ("srcs", "main")


class Target(NamedTuple):
    """A target.

    Attributes:
        label: Its label; empty where its name is computed.
        package: The folder of its BUILD file.
        kind: What it is to imports.
        call: The call that declares it.
        files: Paths of its Python sources that are files of the repository.
        outputs: Paths of Python files that it makes.
        whole: Whether these are all its sources, and each of them was read.
        absent: Sources that the call names and that are not there.
        generated: Whole labels among its sources.
        module: For a function whose handler is a module's, the module.
    """

    label: str
    package: str
    kind: Kind
    call: BuildCall
    files: Sequence[str]
    outputs: Sequence[str]
    whole: bool
    absent: Sequence[str]
    generated: Sequence[str]
    module: str

    @property
    def title(self) -> str:
        """How messages call it."""
        return self.label or f"a {self.call.rule} of //{self.package}"


def canonical(label: str, package: str) -> str:
    """Return a label as it is written from anywhere, with its name: `//a:a` for `//a`.

    Args:
        label: The label.
        package: The package whose BUILD file has it.
    """
    if label.startswith(":"):
        return f"//{package}{label}"
    if ":" in label.rpartition("/")[2]:
        return label
    return f"{label}:{label.rpartition('/')[2]}" if label.startswith(("//", "@")) else label


def shortest(label: str, package: str) -> str:
    """Return a label as BUILD files have it: without what its package says already.

    Args:
        label: A whole label.
        package: The package whose BUILD file shall have it.
    """
    start, _, name = label.rpartition(":")
    if start == f"//{package}":
        return f":{name}"
    return start if start.rpartition("/")[2] == name else label


def read_targets(repository: Repository, settings: Settings) -> list[Target]:
    """Return all targets, in the order of the folders and their BUILD files.

    Args:
        repository: What was read of the repository.
        settings: Its settings.
    """
    names = _names_by_package(repository)
    return [
        target
        for package, facts in repository.builds.items()
        for target in _Package(package, facts, repository, settings, names.get(package, [])).targets()
    ]


class _Package:
    def __init__(
        self,
        path: str,
        facts: BuildFacts,
        repository: Repository,
        settings: Settings,
        names: Sequence[str],
    ) -> None:
        self._path = path
        self._facts = facts
        self._repository = repository
        self._settings = settings
        self._names = names

    def targets(self) -> Iterator[Target]:
        """Yield the package's targets."""
        for call in self._facts.calls:
            if call.rule != "package":
                yield self._target(call)

    def _target(self, call: BuildCall) -> Target:
        kind = self._settings.kinds.get(call.rule, Kind.OTHER)
        label = f"//{self._path}:{call.name}" if call.name else ""
        names: list[str] = []
        absent: list[str] = []
        generated: list[str] = []
        whole = True
        for argument in _SOURCES:
            texts = call.texts.get(argument)
            if texts is None:
                continue
            whole = whole and texts.whole
            for include, exclude in texts.globs:
                names += expand(include, exclude, self._names)
            for value in texts.values:
                if value.startswith((":", "//", "@")):
                    generated.append(canonical(value, self._path))
                elif value.endswith(".py"):
                    (names if self._has(value) else absent).append(value)
        module = ""
        if kind is Kind.FUNCTION and "pex" not in call.arguments:
            file, _, _ = call.text("handler").rpartition(":")
            if file.endswith(".py"):
                (names if self._has(file) else absent).append(file)
            elif file:
                module = file
            else:
                module = call.text("handler").rpartition(".")[0]
        outputs = [
            join(self._path, out)
            for argument in ("out", "outs")
            for out in call.listed(argument).values
            if out.endswith(".py")
        ]
        if kind is Kind.FUNCTION and "config" in call.arguments and call.name:
            outputs.append(join(self._path, f"{call.name}_config.py"))
        files = [join(self._path, name) for name in dict.fromkeys(names)]
        read = all(not self._repository.sources[file].unparsed for file in files)
        whole = whole and read and not generated and not absent
        return Target(label, self._path, kind, call, files, outputs, whole, absent, generated, module)

    def _has(self, name: str) -> bool:
        return join(self._path, name) in self._repository.sources


def _names_by_package(repository: Repository) -> dict[str, list[str]]:
    """Return paths below each package of the Python files that no package further down has."""
    found: dict[str, list[str]] = {}
    for path, folder in repository.folders.items():
        package = package_of(path, repository.builds)
        start = len(package) + 1 if package else 0
        found.setdefault(package, []).extend(join(path, name)[start:] for name in sorted(folder.sources))
    return found


def package_of(path: str, builds: Container[str]) -> str:
    """Return the folder of the nearest BUILD file at or above a folder; `""` where there is none.

    Args:
        path: The folder.
        builds: The folders with BUILD files.
    """
    while path and path not in builds:
        path = path.rpartition("/")[0]
    return path


def claims(facts: BuildFacts, name: str) -> bool:
    """Return whether anything in a BUILD file speaks of a file.

    Args:
        facts: What the BUILD file says.
        name: The file's path below the package.
    """
    if name in facts.texts or any(text.startswith(f"{name}:") for text in facts.texts):
        return True
    return any(expand(include, exclude, [name]) for include, exclude in facts.globs)


def reaches(facts: BuildFacts, below: str) -> bool:
    """Return whether a BUILD file takes files of a folder within its package, which then is no package.

    Args:
        facts: What the BUILD file says.
        below: The folder's path below the package.
    """
    if any(text.startswith(f"{below}/") for text in facts.texts):
        return True
    return any(
        "**" in pattern or matches(pattern.rpartition("/")[0], below)
        for include, _ in facts.globs
        for pattern in include
        if "/" in pattern
    )


def by_label(targets: Iterable[Target]) -> Mapping[str, Target]:
    """Return the targets that have a label, by it.

    Args:
        targets: The targets.
    """
    return {target.label: target for target in targets if target.label}
