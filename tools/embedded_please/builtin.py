"""A builtin is a function that BUILD files can call without a subinclude."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import Any, Callable

from tools.embedded_please.config import Values
from tools.embedded_please.inputs import Inputs
from tools.embedded_please.label import Label, is_label
from tools.embedded_please.loader import Loader
from tools.embedded_please.package import BuildTarget, Package
from tools.errors import PleasingError

_AS_GIVEN = """cmd content building_description labels requires env binary local needs_transitive_deps
    output_is_complete pre_build post_build"""
# What says who may use a target, its licence, or how Please runs or tests it.
_WITHOUT_EFFECT = """visibility test_only licences sandbox data size flaky timeout test test_cmd test_timeout
    test_sandbox test_tools test_outputs no_test_output debug_cmd"""


class _Config:
    """`CONFIG`, which means the settings of the BUILD file that is being read, wherever it is written."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader.current.config, name)


class Builtins:
    """All builtins, which the loader is given; each acts on the package whose BUILD file is being read."""

    def __init__(self, loader: Loader, inputs: Inputs, show: Callable[[str], None]) -> None:
        self._loader, self._inputs = loader, inputs
        loader.builtins = {name: getattr(self, name) for name in dir(type(self)) if not name.startswith("_")}
        loader.builtins.update(CONFIG=_Config(loader), log=SimpleNamespace(warning=show), json=json.dumps)

    def build_rule(self, name: str, tag: str = "", _kind: str = "rule", **arguments: Any) -> str:
        """Declare a target, with the arguments that Please's own has."""
        package = self._loader.current
        if not package.declares:
            raise PleasingError("rules cannot be called at the top of a .build_defs, only in its functions")
        name = self.tag(name, tag) if tag else name
        if name in package.targets:
            raise PleasingError(f"there are two targets named {name} in this package")
        target = BuildTarget(Label(package.subrepo.name, package.name, name), package.subrepo, _kind)
        for key, value in arguments.items():
            if value and key not in _WITHOUT_EFFECT.split():
                setattr(target, key, _argument(package, key, value))
        target.labels += target.requires
        package.targets[name] = target
        return f":{name}"

    def genrule(self, name: str, cmd: Any, out: str = "", **arguments: Any) -> str:
        """Declare a target that runs a command, or several one after the other."""
        arguments = {"output_is_complete": True, "outs": [out], **arguments}
        return self.build_rule(name, cmd=cmd if isinstance(cmd, str) else " && ".join(cmd), **arguments)

    def filegroup(self, name: str, **arguments: Any) -> str:
        """Declare a target that collects files and other targets."""
        return self.build_rule(name, _kind="filegroup", **{"output_is_complete": True, **arguments})

    def text_file(self, name: str, content: str, out: str = "", **arguments: Any) -> str:
        """Declare a file by what is in it."""
        return self.build_rule(name, _kind="text_file", content=content, outs=[out or name], **arguments)

    def plugin_repo(self, name: str, revision: str, plugin: str = "", owner: str = "please-build") -> str:
        """Declare where a plugin is fetched from."""
        self._loader.subrepos.declare(name, owner, plugin or name, revision)
        return self.build_rule(name, _kind="subrepo")

    def subinclude(self, *labels: str) -> None:
        """Define what `.build_defs` define in the file that calls this."""
        for label in labels:
            sys._getframe(1).f_globals.update(self._loader.subinclude(label))

    def glob(self, include: list[str], exclude: Any = None, allow_empty: bool = False) -> list[str]:
        """Find files of the package."""
        return self._loader.current.glob(include, exclude or [], allow_empty)

    def package(self, **values: Any) -> None:
        """Set what holds for the rest of the BUILD file: of what may be given, plugins' settings matter here."""
        config = self._loader.current.config
        for name, value in values.items():
            if isinstance(value, dict) and name.upper() in config:
                own = {key.upper(): each for key, each in value.items()}
                config[name.upper()] = Values({**config[name.upper()], **own})

    def package_name(self) -> str:
        """Return the path of the package."""
        return self._loader.current.name

    def canonicalise(self, label: str) -> str:
        """Return a label as it reads from everywhere."""
        return str(self._loader.current.label(label))

    def join_path(self, *paths: str) -> str:
        """Join parts of a path, of which some may be empty."""
        return "/".join(path.strip("/") for path in paths if path)

    def tag(self, name: str, tag: str) -> str:
        """Name a hidden target that belongs to another."""
        return f"_{name.lstrip('_')}{'_' if '#' in name else '#'}{tag}"

    def fail(self, message: object) -> None:
        """End the build with a message."""
        raise PleasingError(str(message))

    def get_labels(self, name: str, prefix: str, all: bool = False) -> list[str]:  # noqa: A002 - named by Please
        """Return what follows a prefix in the labels of a target and of what it depends on."""
        first = self._named(name)
        found = {first.label: first}
        for target in (queue := [first]):
            if all or target is first or not target.output_is_complete:
                fresh = {each.label: each for each in self._inputs.dependencies(target)}
                queue += [each for label, each in fresh.items() if label not in found]
                found.update(fresh)
        labels = (label for target in queue for label in target.labels)
        return sorted({label[len(prefix) :] for label in labels if label.startswith(prefix)})

    looks_like_build_label = staticmethod(is_label)

    def get_command(self, name: str) -> str:
        """Return the command of a target."""
        return self._named(name).cmd

    def set_command(self, name: str, command: str) -> None:
        """Changes the command of a target."""
        self._named(name).cmd = command

    def _named(self, name: str) -> BuildTarget:
        return self._loader.target(self._loader.current.label(name if is_label(name) else f":{name}"))


def _argument(package: Package, key: str, value: Any) -> Any:
    """Return an argument of a rule as the target has it."""
    if key in ("srcs", "tools", "outs"):  # a list, or a dict of lists
        groups = value if isinstance(value, dict) else {"": [value] if isinstance(value, str) else value}
        read = str if key == "outs" else lambda text: package.input(text, key == "tools")
        return {name: [read(text) for text in group if text] for name, group in groups.items()}
    if key == "provides":
        return {kind: [package.label(text)] for kind, text in value.items()}
    if key == "deps":
        return [package.label(text) for text in value if text]
    if key in _AS_GIVEN.split():
        return list(value) if isinstance(value, list) else value
    raise PleasingError(f"the embedded engine knows no argument {key}; real Please may")
