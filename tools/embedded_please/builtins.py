"""A builtin is a function that BUILD files can call without a subinclude."""

from __future__ import annotations

import functools
import json
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Callable, Optional

from tools.embedded_please import language
from tools.embedded_please.labels import Label, looks_like_label, split_annotation
from tools.embedded_please.language import Dict, LanguageError, TypeName, is_type, type_name
from tools.embedded_please.package import Package
from tools.embedded_please.rules import declare, tag_name
from tools.embedded_please.target import Target

if TYPE_CHECKING:
    from tools.embedded_please.loader import Loader

# Other names by which rules can be given an argument.
_ALIASES = {"features": "labels", "tags": "labels", "testonly": "test_only", "timeout": "build_timeout"}

_SEMVER = re.compile(r"v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")


class ConfigProxy:
    """`CONFIG`, which means the settings of the BUILD file that is being read, wherever it is written.

    Args:
        loader: Knows that file.
    """

    type_name = "config"

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def attribute(self, name: str) -> object:
        """Returns a setting or a method.

        Args:
            name: Its name.
        """
        config = self._loader.current.config
        if name in config:
            return config.get(name)
        methods: dict[str, Callable[..., object]] = {
            "get": config.get,
            "setdefault": self._setdefault,
            "keys": lambda: [key for key, _ in config.items()],
            "values": lambda: [value for _, value in config.items()],
            "items": lambda: [[key, value] for key, value in config.items()],
        }
        if name in methods:
            return methods[name]
        raise LanguageError(f"CONFIG has no {name}")

    def _setdefault(self, key: str, default: object = None) -> object:
        if key not in self:
            self[key] = default
        return self[key]

    def __getitem__(self, key: str) -> object:
        if key not in self:
            raise LanguageError(f"CONFIG has no {key}")
        return self._loader.current.config.get(key)

    def __setitem__(self, key: str, value: object) -> None:
        self._loader.current.config.overlay[key] = value

    def __contains__(self, key: object) -> bool:
        return key in self._loader.current.config


class Builtins:
    """All builtins; each acts on the package whose BUILD file is being read.

    Args:
        loader: Reads the BUILD files.
    """

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def table(self) -> dict[str, object]:
        """Returns the builtins by their names."""
        own = {
            name: getattr(self, name)
            for name in dir(self)
            if not name.startswith("_") and name not in ("table", "log_message")
        }
        levels = ("debug", "info", "notice", "warning", "error", "fatal")
        log = {level: functools.partial(self.log_message, level) for level in levels}
        return {
            **own,
            **log,
            **_PLAIN,
            **language.HELPERS,
            "log": Dict(log),
            "CONFIG": ConfigProxy(self._loader),
            "True": True,
            "False": False,
            "None": None,
        }

    # Rules

    def build_rule(self, **arguments: object) -> str:
        """Declares a target with all that one can have."""
        return self._declare(arguments)

    def genrule(
        self, *, cmd: object, out: Optional[str] = None, outs: object = None, **arguments: Any
    ) -> str:
        """Declares a target that runs a command."""
        if out and outs:
            raise LanguageError('genrule takes "out" or "outs", not both')
        joined = " && ".join(cmd) if isinstance(cmd, list) else cmd
        arguments.setdefault("output_is_complete", True)
        return self._declare({**arguments, "cmd": joined, "outs": [out] if out else outs})

    def gentest(self, *, cmd: object = None, **arguments: Any) -> str:
        """Declares a test that runs a command."""
        joined = " && ".join(cmd) if isinstance(cmd, list) else cmd
        arguments.setdefault("output_is_complete", True)
        return self._declare({**arguments, "cmd": joined, "binary": True, "test": True})

    def filegroup(self, **arguments: Any) -> str:
        """Declares a target that collects files and other targets."""
        arguments.setdefault("output_is_complete", True)
        return self._declare({**arguments, "_kind": "filegroup", "building_description": "Copying..."})

    def export_file(self, *, name: str, src: str, **arguments: Any) -> str:
        """Declares a target for one file."""
        return self.filegroup(name=name, srcs=[src], **arguments)

    def text_file(
        self, *, name: str, content: str, strip: bool = False, out: str = "", **arguments: Any
    ) -> str:
        """Declares a file by what is in it."""
        if strip:
            lines = content[1:] if content.startswith("\n") else content
            content = "\n".join(line.lstrip(" ") for line in lines.split("\n"))
        own = {"name": name, "outs": [out or name], "_kind": "text_file", "_content": content}
        return self._declare({**arguments, **own, "tag": arguments.pop("_tag", "")})

    def remote_file(self, *, name: str, url: Any, out: str = "", **arguments: Any) -> str:
        """Declares a file by where it is fetched from."""
        urls = [url] if isinstance(url, str) else url
        for unknown in ("extract", "username", "password_file", "headers", "secret_headers"):
            if arguments.pop(unknown, None):
                raise LanguageError(
                    f"the embedded engine knows no {unknown} of remote_file; real Please does"
                )
        own = {
            "name": name,
            "outs": [out or urls[0].rpartition("/")[2]],
            "_kind": "remote_file",
            "_urls": urls,
            "building_description": "Fetching...",
        }
        return self._declare({**arguments, **own, "tag": arguments.pop("_tag", "")})

    def plugin_repo(
        self,
        *,
        name: str,
        revision: str,
        plugin: str = "",
        owner: str = "please-build",
        hashes: object = None,
    ) -> str:
        """Declares where a plugin is fetched from."""
        if hashes:
            raise LanguageError("the embedded engine knows no hashes of plugin_repo; real Please does")
        urls = self._loader.repositories.plugin_urls(owner, plugin or name, revision)
        self._loader.repositories.declare_plugin(name.replace("-", "_"), urls)
        return self._declare({"name": name, "_kind": "subrepo"})

    def _declare(self, arguments: dict[str, Any]) -> str:
        package = self._loader.current
        if not package.declares:
            raise LanguageError("rules cannot be called at the top of a .build_defs, only in its functions")
        renamed = {_ALIASES.get(name, name): value for name, value in arguments.items()}
        return ":" + declare(package, renamed, self._loader.position()).label.name

    # Files and packages

    def subinclude(self, *targets: Any) -> None:
        """Defines what `.build_defs` define in the file that calls this."""
        labels = [label for each in targets for label in (each if isinstance(each, list) else [each])]
        frame = sys._getframe(1)
        for label in labels:
            names = self._loader.subinclude(label)
            if frame.f_globals is frame.f_locals:
                frame.f_globals.update(names)
            elif names:
                raise LanguageError("the embedded engine knows subinclude at the top of a file only")

    def glob(
        self,
        include: Any,
        exclude: Any = None,
        hidden: bool = False,
        include_symlinks: bool = False,
        allow_empty: bool = False,
        excludes: Any = None,
    ) -> list[str]:
        """Finds files of the package."""
        included, excluded = (
            [given] if isinstance(given, str) else list(given or [])
            for given in (include, exclude or excludes)
        )
        return self._loader.current.glob(included, excluded, hidden, include_symlinks, allow_empty)

    def package(self, **values: Any) -> None:
        """Sets what holds for the rest of the BUILD file."""
        package = self._loader.current
        if package.targets:
            raise LanguageError("package() must be called before any rule")
        for name, value in values.items():
            key = name.upper()
            if key not in package.config:
                raise LanguageError(f"package(): CONFIG has no {key}")
            known = package.config.get(key)
            if isinstance(value, Dict):
                if not isinstance(known, Dict):
                    raise LanguageError(
                        f"package(): {key} is not a plugin's settings; subinclude the plugin before"
                    )
                unknown = [k for k in sorted(value.keys()) if k.upper() not in known]
                if unknown:
                    raise LanguageError(
                        f"package(): {name} has no setting {', '.join(unknown)}; "
                        f"it has: {', '.join(k.lower() for k in sorted(known.keys()))}"
                    )
                merged = known.copy()
                for k, v in dict.items(value):
                    merged[k.upper()] = v
                value = merged
            package.config.overlay[key] = value

    def package_name(self, label: Optional[str] = None, subinclude_context: bool = False) -> str:
        """Returns the path of the package, or of a label's."""
        package = self._context(subinclude_context)
        return package.label(label).package if label else package.name

    def get_base_path(self, label: Optional[str] = None, subinclude_context: bool = False) -> str:
        """Returns the same as `package_name`."""
        return self.package_name(label, subinclude_context)

    def subrepo_name(self, label: Optional[str] = None, subinclude_context: bool = False) -> str:
        """Returns the repository of the package, or of a label."""
        package = self._context(subinclude_context)
        subrepo = package.label(split_annotation(label)[0]).subrepo if label else ""
        return subrepo or package.repository.name

    def canonicalise(self, label: str, subinclude_context: bool = False) -> str:
        """Returns a label as it reads from everywhere."""
        return str(self._context(subinclude_context).label(label))

    def decompose(self, label: str) -> list[str]:
        """Returns package and name of a label."""
        if label.startswith(":"):
            return [self._loader.current.name, label[1:]]
        if not label.startswith("//"):
            raise LanguageError(f"{label!r} does not look like a label")
        package, _, name = label.partition(":")
        return [package.lstrip("/"), name]

    def _context(self, subinclude: bool) -> Package:
        """Returns the current package, or that of the `.build_defs` that the calling function is in."""
        if not subinclude:
            return self._loader.current
        depth = 1
        while True:
            try:
                frame = sys._getframe(depth)
            except ValueError:
                raise LanguageError("subinclude_context is for functions of a .build_defs") from None
            if "<module>" in frame.f_globals:
                module = frame.f_globals["<module>"]
                if isinstance(module, Package):
                    return module
            depth += 1

    def is_platform(
        self, os: Any = None, arch: Any = None, host_os: Any = None, host_arch: Any = None
    ) -> bool:
        """Whether the target platform and the host are among those given."""
        config = self._loader.current.config
        for given, key in ((os, "OS"), (arch, "ARCH"), (host_os, "HOSTOS"), (host_arch, "HOSTARCH")):
            allowed = [given] if isinstance(given, str) else given
            if allowed is not None and config.get(key) not in allowed:
                return False
        return True

    def log_message(self, level: str, message: object, *values: object) -> None:
        """Shows a message; `fatal` ends the build with it."""
        text = language.text(message)
        if values:
            text = text % tuple(language.text(value) for value in values)
        if level == "fatal":
            raise LanguageError(text)
        where = self._loader.position()
        self._loader.log(level, text if text.startswith(where) else f"{where}: {level}: {text}")

    # What may be asked of targets, mostly before or after they are built

    def get_labels(
        self,
        name: str,
        prefix: str,
        all: bool = False,  # noqa: A002 - named by Please
        transitive: Optional[bool] = None,
        maxdepth: int = -1,
    ) -> list[str]:
        """Returns what follows a prefix in the labels of a target and of what it depends on."""
        target = self._target(name)
        found: set[str] = set()
        seen: set[Label] = set()

        def collect(each: Target, depth: int) -> None:
            seen.add(each.label)
            found.update(label[len(prefix) :].strip() for label in each.labels if label.startswith(prefix))
            if depth != 0 and (each is target or all or not each.output_is_complete):
                for dependency in self._loader.graph.dependencies(each):
                    if dependency.label not in seen:
                        collect(dependency, max(depth - 1, -1))

        collect(target, 0 if transitive is False else maxdepth)
        return sorted(found)

    def has_label(self, name: str, prefix: str, all: bool = False) -> bool:  # noqa: A002 - named by Please
        """Whether `get_labels` would return any."""
        return bool(self.get_labels(name, prefix, all))

    def add_label(self, name: str, label: str) -> None:
        """Adds a label to a target."""
        self._target(name).add_label(label)

    def get_command(self, target: str, config: str = "") -> object:
        """Returns the command of a target."""
        commands = self._target(target).commands
        if config:
            return self._target(target).command(config)
        return commands[""] if "" in commands else Dict(commands)

    def set_command(self, target: str, config: str, command: str = "") -> None:
        """Changes the command of a target."""
        commands = self._target(target).commands
        if command:
            commands[config] = command.strip()
        else:
            commands.clear()
            commands[""] = config.strip()

    def add_dep(self, target: str, dep: str, exported: bool = False, runtime: bool = False) -> None:
        """Adds a dependency to a target."""
        self._target(target).depend(self._loader.current.label(dep), exported=exported, runtime=runtime)

    def add_exported_dep(self, target: str, dep: str) -> None:
        """Adds a dependency that others see through a target."""
        self.add_dep(target, dep, exported=True)

    def add_out(self, target: str, name: str, out: str = "") -> None:
        """Adds an output to a target."""
        self._target(target).add_out(out or name, name if out else "")

    def add_licence(self, target: str, licence: str) -> None:
        """Adds a licence to a target."""
        licences = self._target(target).licences
        if licence.strip() not in licences:
            licences.append(licence.strip())

    def get_licences(self, target: str) -> list[str]:
        """Returns the licences of a target."""
        return list(self._target(target).licences)

    def get_outs(self, target: str) -> list[str]:
        """Returns the outputs of a target."""
        return self._loader.graph.outputs(self._target(target))

    def get_named_outs(self, target: str) -> Dict:
        """Returns the named outputs of a target."""
        return Dict({name: list(outs) for name, outs in self._target(target).named_outs.items()})

    def get_entry_points(self, target: str) -> Dict:
        """Returns the entry points of a target."""
        return Dict(self._target(target).entry_points)

    def add_entry_point(self, target: str, name: str, out: str) -> None:
        """Adds an entry point to a target."""
        self._target(target).entry_points[name] = out

    def _target(self, name: str) -> Target:
        package = self._loader.current
        if looks_like_label(name):
            return self._loader.target(package.label(name), self._loader.position())
        if name not in package.targets:
            raise LanguageError(f"there is no target {name} in this package")
        return package.targets[name]


def _fail(msg: object) -> None:
    raise LanguageError(language.text(msg))


def _join_path(*paths: str) -> str:
    joined = "/".join(path for path in paths if path)
    parts: list[str] = []
    for part in joined.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return ("/" if joined.startswith("/") else "") + "/".join(parts)


def _split_path(p: str) -> list[str]:
    before, _, after = p.rpartition("/")
    return [before, after]


def _splitext(p: str) -> list[str]:
    before, dot, after = p.rpartition(".")
    return [before, dot + after] if before else [after, ""]


def _isinstance(obj: object, types: Any) -> bool:
    for each in types if isinstance(types, list) else [types]:
        kind = (
            each.name if isinstance(each, TypeName) else "function" if each is callable else type_name(each)
        )
        if is_type(obj, kind):
            return True
    return False


def _list(seq: object, what: str) -> list[Any]:
    if not isinstance(seq, (list, range)):
        raise LanguageError(f"{what} needs a list, not {type_name(seq)}")
    return list(seq)


def _sorted(seq: Any, key: Any = None, reverse: bool = False) -> list[Any]:
    return sorted(_list(seq, "sorted"), key=key, reverse=reverse)


def _reduce(reducer: Any, seq: Any, initializer: object = None) -> object:
    items: Iterable[Any] = _list(seq, "reduce")
    return (
        functools.reduce(reducer, items)
        if initializer is None
        else functools.reduce(reducer, items, initializer)
    )


def _zip(*sequences: Any) -> list[list[Any]]:
    if len({len(_list(seq, "zip")) for seq in sequences}) > 1:
        raise LanguageError("zip needs lists of one length")
    return [list(items) for items in zip(*sequences)]


def _json(value: object, pretty: bool = False) -> str:
    layout: Any = {"indent": 2} if pretty else {"separators": (",", ":")}
    return json.dumps(_plain(value), ensure_ascii=False, **layout)


def _plain(value: object) -> object:
    """Returns a value with Python's own dicts in it, which the json module can write."""
    if isinstance(value, Dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _int(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise LanguageError(f"{value!r} is not a whole number") from None


_PLAIN: dict[str, object] = {
    "fail": _fail,
    "tag": tag_name,
    "looks_like_build_label": looks_like_label,
    "join_path": _join_path,
    "split_path": _split_path,
    "splitext": _splitext,
    "basename": lambda p: p.rpartition("/")[2],
    "dirname": lambda p: p.rpartition("/")[0],
    "str": TypeName("str", language.text),
    "int": TypeName("int", _int),
    "bool": TypeName("bool", bool),
    "list": TypeName("list", None),
    "dict": TypeName("dict", None),
    "config": TypeName("config", None),
    "callable": callable,
    "isinstance": _isinstance,
    "len": lambda obj: len(obj),
    "sorted": _sorted,
    "reversed": lambda seq: _list(seq, "reversed")[::-1],
    "enumerate": lambda seq: [[i, item] for i, item in enumerate(_list(seq, "enumerate"))],
    "range": lambda start, stop=None, step=1: (
        range(0, start, step) if stop is None else range(start, stop, step)
    ),
    "zip": _zip,
    "any": lambda seq: any(_list(seq, "any")),
    "all": lambda seq: all(_list(seq, "all")),
    "min": lambda seq, key=None: min(_list(seq, "min"), key=key),
    "max": lambda seq, key=None: max(_list(seq, "max"), key=key),
    "filter": lambda filter, seq: [item for item in _list(seq, "filter") if filter(item)],  # noqa: A006 - as A002
    "map": lambda mapper, seq: [mapper(item) for item in _list(seq, "map")],
    "reduce": _reduce,
    "chr": chr,
    "ord": ord,
    "json": _json,
    "is_semver": lambda s: _SEMVER.fullmatch(s) is not None,
}
