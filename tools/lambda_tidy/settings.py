"""Settings: what a repository's `.plzconfig` says of its layout, and of how its BUILD files are written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from tools.errors import PleasingError
from tools.lambda_tidy.rule_kind import KINDS, Kind
from tools.plzconfig import PlzConfig, parse_bool, repository_of

_PLUGIN = "awslambda"
_FUNCTION = re.compile(r"[^:]+\.py:[A-Za-z_]\w*")
_LABEL = re.compile(r"//[\w./+-]*(?::[\w.+-]+)?")
_BUILD_FILES = ("BUILD", "BUILD.plz")
PYTHON_RULES = "///python//build_defs:python"
LAMBDA_RULES = "///awslambda//build_defs:awslambda"


class Settings(NamedTuple):
    """What a repository says.

    Attributes:
        build_files: Names of BUILD files; new ones have the first.
        blacklist: Names of folders that Please passes over.
        source_roots: Folders whose contents are imported from the zip's root, the one of third-party code among them;
            without slashes around.
        preloaded: Labels that every BUILD file has without a subinclude.
        lambda_rules: Label of this plugin's rules.
        module_dir: Folder of third-party code in a PEX, dotted.
        named: All labels that the settings name.
        pytest: Whether tests run under pytest.
        file_by_file: Whether a new target is made for each file rather than for each folder.
        functions: Patterns of functions, such as `svc/*/app.py:handler`.
        kinds: What each rule's targets are, those of the repository's own rules included.
        keep: Globs of labels that are never taken out.
        prefer: Labels that are taken where several targets have a module.
        ignore: Globs of modules that need no target.
        exclude: Globs of files and folders that are passed over.
        conditional: Whether what is imported on a condition is depended on.
        type_checking: Whether what is imported for type checkers is depended on: `never`, `tests` or `always`.
        visibility: Of new libraries.
    """

    build_files: Sequence[str]
    blacklist: frozenset[str]
    source_roots: Sequence[str]
    preloaded: frozenset[str]
    lambda_rules: str
    module_dir: str
    named: frozenset[str]
    pytest: bool
    file_by_file: bool
    functions: Sequence[str]
    kinds: Mapping[str, Kind]
    keep: Sequence[str]
    prefer: frozenset[str]
    ignore: Sequence[str]
    exclude: Sequence[str]
    conditional: bool
    type_checking: str
    visibility: Sequence[str]

    def keeps(self, label: str) -> bool:
        """Return whether a label is never taken out.

        Args:
            label: A whole label.
        """
        start, _, name = label.rpartition(":")
        # `//a` is `//a:a`.
        forms = (label, start) if start.rpartition("/")[2] == name else (label,)
        return any(fnmatchcase(form, glob) for glob in self.keep for form in forms)

    def ignores(self, module: str) -> bool:
        """Return whether a module needs no target.

        Args:
            module: Its dotted name.
        """
        return any(fnmatchcase(module, glob) or fnmatchcase(module, f"{glob}.*") for glob in self.ignore)

    def excludes(self, path: str) -> bool:
        """Return whether a file or folder is passed over.

        Args:
            path: Its path in the repository.
        """
        return any(fnmatchcase(path, glob.rstrip("/")) for glob in self.exclude)


def find_root(start: Path) -> Path:
    """Return the root of the repository that a folder is in.

    Args:
        start: The folder.

    Raises:
        PleasingError: It is in none.
    """
    root = repository_of(start)
    if root is None:
        raise PleasingError(f"{start} is in no repository: neither it nor a folder above has a .plzconfig")
    return root


def read_settings(root: Path) -> Settings:
    """Return what a repository's `.plzconfig` says.

    Args:
        root: The repository's root.

    Raises:
        PleasingError: A setting is none that there could be; all of them are told.
    """
    config = PlzConfig(root / ".plzconfig", root / ".plzconfig.local")
    problems: list[str] = []

    def flag(key: str, default: str) -> bool:
        try:
            return parse_bool(config.value("Plugin", key, default, _PLUGIN), f".plzconfig: {key}")
        except PleasingError as error:
            problems.extend(error.problems)
            return False

    def choice(key: str, default: str, *others: str) -> str:
        value = config.value("Plugin", key, default, _PLUGIN).lower()
        if value not in (default, *others):
            known = ", ".join((default, *others))
            problems.append(f".plzconfig: {key}: expected one of {known}, found {value!r}")
        return value

    functions = config.values("Plugin", "TidyFunctions", _PLUGIN)
    problems += [
        f".plzconfig: TidyFunctions: {pattern!r} is no pattern of functions, such as 'svc/*/app.py:handler'"
        for pattern in functions
        if not _FUNCTION.fullmatch(pattern)
    ]
    own = config.plugin_name == _PLUGIN
    module_dir = config.value("Plugin", "ModuleDir", "third_party.python", "python")
    found = Settings(
        build_files=config.values("Parse", "BuildFileName") or _BUILD_FILES,
        blacklist=frozenset(config.values("Parse", "BlacklistDirs")),
        source_roots=[
            root.strip("/")
            for root in (*config.values("Plugin", "SourceRoots", _PLUGIN), module_dir.replace(".", "/"))
            if root.strip("/") not in ("", ".")
        ],
        preloaded=frozenset(config.values("Parse", "PreloadSubincludes")),
        lambda_rules="//build_defs:awslambda" if own else LAMBDA_RULES,
        module_dir=module_dir,
        named=frozenset(_LABEL.findall(_text(root))),
        pytest=config.value("Plugin", "TestRunner", "", "python") == "pytest",
        file_by_file=choice("TidyTargets", "folder", "file") == "file",
        functions=functions,
        kinds={**KINDS, **_own_rules(config.values("Plugin", "TidyRules", _PLUGIN), problems)},
        keep=config.values("Plugin", "TidyKeep", _PLUGIN),
        prefer=frozenset(config.values("Plugin", "TidyPrefer", _PLUGIN)),
        ignore=config.values("Plugin", "TidyIgnore", _PLUGIN),
        exclude=config.values("Plugin", "TidyExclude", _PLUGIN),
        conditional=flag("TidyConditional", "true"),
        type_checking=choice("TidyTypeChecking", "tests", "never", "always"),
        visibility=config.values("Plugin", "TidyVisibility", _PLUGIN) or ["PUBLIC"],
    )
    if problems:
        raise PleasingError(problems)
    return found


def _text(root: Path) -> str:
    return (root / ".plzconfig").read_text(encoding="utf-8")


def _own_rules(texts: Sequence[str], problems: list[str]) -> dict[str, Kind]:
    """Return the kinds of the repository's own rules, each given as `acme_library=python_library`."""
    found = {}
    for text in texts:
        name, _, like = text.partition("=")
        kind = KINDS.get(like.strip())
        if kind is None or not name.strip().isidentifier():
            problems.append(
                f".plzconfig: TidyRules: {text!r} is not RULE=RULE, such as 'acme_library=python_library'; "
                f"the second is one of {', '.join(sorted(KINDS))}"
            )
        else:
            found[name.strip()] = kind
    return found
