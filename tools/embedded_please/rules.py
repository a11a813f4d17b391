"""A rule reads the arguments of `build_rule` into a target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Optional

from tools.embedded_please.labels import Label, looks_like_label, split_annotation
from tools.embedded_please.language import Dict, Function, LanguageError, type_name
from tools.embedded_please.target import FileInput, Input, LabelInput, ProgramInput, SystemInput, Target

if TYPE_CHECKING:
    from tools.embedded_please.package import Package

# The arguments of build_rule and what they are where a rule does not say.
_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("srcs", "data", "outs", "deps", "exported_deps", "runtime_deps", "internal_deps")),
    **dict.fromkeys(("tools", "secrets", "labels", "visibility", "hashes", "licences", "requires")),
    **dict.fromkeys(("provides", "optional_outs", "pre_build", "post_build", "pass_env", "env", "size")),
    **dict.fromkeys(("entry_points", "output_dirs", "building_description", "test_only", "exit_on_error")),
    **dict.fromkeys(
        ("binary", "test", "needs_transitive_deps", "output_is_complete", "stamp", "local"), False
    ),
    "cmd": "",
    "tag": "",
    "build_timeout": 0,
    # Private: what native rules and the engine's own .build_defs say.
    "_kind": "rule",
    "_urls": None,
    "_content": "",
    "_wheels": False,
    "_downloads": False,
}

# Arguments that say something about tests or debugging or a sandbox, which the engine has none of.
_IGNORED = frozenset(
    [
        "test_cmd",
        "debug_cmd",
        "debug_data",
        "debug_tools",
        "test_tools",
        "sandbox",
        "test_sandbox",
        "no_test_output",
        "flaky",
        "test_timeout",
        "test_outputs",
        "system_srcs",
        "progress",
        "no_test_coverage",
        "src_list_files",
        "test_cmd_args_placeholder",
        "runtime_deps_from_srcs",
        "runtime_deps_from_deps",
    ]
)


def tag_name(name: str, tag: str) -> str:
    """Names a hidden target that belongs to another: `_name#tag`.

    Args:
        name: The other target; it may be a hidden one itself.
        tag: The tag.
    """
    name = name if name.startswith("_") else "_" + name
    return f"{name}_{tag}" if "#" in name else f"{name}#{tag}"


def declare(package: Package, arguments: dict[str, Any], declared_at: str) -> Target:
    """Makes a target of the arguments of `build_rule` and adds it to its package.

    Args:
        package: The package whose BUILD file is being read.
        arguments: The arguments that the rule gave.
        declared_at: File and line of the rule.

    Raises:
        LanguageError: If an argument is unknown or not what it must be.
    """
    unknown = sorted(set(arguments) - set(_DEFAULTS) - _IGNORED - {"name"})
    if unknown:
        raise LanguageError(f"unknown argument to build_rule: {', '.join(unknown)}")
    a = {**_DEFAULTS, **{key: value for key, value in arguments.items() if key not in _IGNORED}}
    name = a.get("name")
    if not isinstance(name, str) or not name or name == "all" or "/" in name or ":" in name:
        raise LanguageError(f"{name!r} is not a target's name")
    name = tag_name(name, a["tag"]) if a["tag"] else name
    if name in package.targets:
        raise LanguageError(
            f"there is a target {name} in this package already, at {package.targets[name].declared_at}"
        )
    target = Target(
        Label(package.repository.name, package.name, name), package.repository, a["_kind"], declared_at
    )
    _Reader(package, target, a).read()
    package.add(target)
    return target


class _Reader:
    def __init__(self, package: Package, target: Target, arguments: dict[str, Any]) -> None:
        self._package = package
        self._target = target
        self._a = arguments

    def read(self) -> None:
        target, a, config = self._target, self._a, self._package.config
        target.binary, target.test = bool(a["binary"]), bool(a["test"])
        target.needs_transitive_deps = bool(a["needs_transitive_deps"])
        target.output_is_complete = bool(a["output_is_complete"])
        target.stamp = bool(a["stamp"])
        target.wheels, target.downloads = bool(a["_wheels"]), bool(a["_downloads"])
        target.content = a["_content"]
        target.commands = self._commands(a["cmd"])
        target.timeout = a["build_timeout"] if isinstance(a["build_timeout"], int) else 0
        target.description = a["building_description"] or "Building..."
        target.test_only = target.test or bool(self._default("test_only", "DEFAULT_TESTONLY"))
        target.exit_on_error = bool(self._default("exit_on_error", "EXIT_ON_ERROR"))
        if target.binary:
            target.add_label("bin")
        target.pre_build = self._callback("pre_build", 1)
        target.post_build = self._callback("post_build", 2)

        target.urls = self._strings("_urls")
        self._inputs("srcs", target.srcs, target.named_srcs, source=True)
        self._inputs("tools", target.tools, target.named_tools, tool=True)
        self._inputs("data", target.data, None, data=True)
        self._outs()
        target.output_dirs = self._strings("output_dirs")
        for argument, flags in (
            ("deps", {}),
            ("exported_deps", {"exported": True}),
            ("internal_deps", {"internal": True}),
            ("runtime_deps", {"runtime": True}),
        ):
            for text in self._strings(argument):
                target.depend(self._label(text), **flags)
        for label in self._strings("labels"):
            target.add_label(label)
        for required in self._strings("requires"):
            target.requires.append(required)
            target.add_label(required)
        target.hashes = self._strings("hashes")
        target.licences = self._strings("licences", config.get("DEFAULT_LICENCES"))
        for text in self._strings("visibility", config.get("DEFAULT_VISIBILITY")):
            target.visibility.append(Label("", "", "...") if text == "PUBLIC" else self._package.label(text))
        for kind, given in self._dict("provides").items():
            target.provides[kind] = [
                self._label(text) for text in ([given] if isinstance(given, str) else given)
            ]
        target.entry_points = dict(self._dict("entry_points"))
        target.env = dict(self._dict("env"))
        target.pass_env = self._strings("pass_env")
        self._secrets()

    def _default(self, argument: str, setting: str) -> Any:
        value = self._a[argument]
        return self._package.config.get(setting) if value is None else value

    def _commands(self, value: object) -> dict[str, str]:
        if value is None or isinstance(value, str):
            return {"": (value or "").strip()}
        if isinstance(value, Dict) and all(isinstance(v, str) for v in value.values()):
            return {key: command.strip() for key, command in value.items()}
        raise LanguageError(f"cmd must be a str or a dict of str, not {type_name(value)}")

    def _callback(self, argument: str, count: int) -> Optional[Callable[..., object]]:
        function = self._a[argument]
        if function is None:
            return None
        if not isinstance(function, Function) or len(function.parameters) != count:
            raise LanguageError(
                f"{argument} must be a function of {count} argument{'s' if count > 1 else ''}"
            )
        return function

    def _strings(self, argument: str, default: object = None) -> list[str]:
        value = self._a[argument]
        value = default if value is None else value
        if value is None:
            return []
        if not isinstance(value, list) or not all(item is None or isinstance(item, str) for item in value):
            raise LanguageError(f"{argument} must be a list of str, not {type_name(value)}")
        return [item for item in value if item]

    def _dict(self, argument: str) -> Dict:
        value = self._a[argument]
        if value is not None and not isinstance(value, Dict):
            raise LanguageError(f"{argument} must be a dict, not {type_name(value)}")
        return value or Dict()

    def _groups(self, argument: str) -> list[tuple[str, list[Any]]]:
        """Reads a list, or a dict of lists, into named groups; the unnamed one has the empty name."""
        value = self._a[argument]
        if value is None:
            return []
        if isinstance(value, Dict):
            groups = [(key, v if isinstance(v, list) else [v]) for key, v in value.items() if v is not None]
        else:
            groups = [("", [value] if argument == "tools" and isinstance(value, str) else value)]
        for _, items in groups:
            if not isinstance(items, list) or not all(
                item is None or isinstance(item, str) for item in items
            ):
                raise LanguageError(
                    f"{argument} must be a list of str or a dict of such lists, not {type_name(value)}"
                )
        return [(key, [item for item in items if item is not None]) for key, items in groups]

    def _inputs(
        self, argument: str, unnamed: list[Input], named: Optional[dict[str, list[Input]]], **flags: bool
    ) -> None:
        is_tool = flags.pop("tool", False)
        for name, items in self._groups(argument):
            group = unnamed if named is None or not name else named.setdefault(name, [])
            for text in items:
                item = self._input(text, is_tool)
                if item not in group:
                    group.append(item)
                if isinstance(item, LabelInput):
                    self._target.depend(item.label, **flags)

    def _input(self, text: str, is_tool: bool) -> Input:
        if looks_like_label(text):
            label, annotation = split_annotation(text)
            return LabelInput(self._package.label(label, tool=is_tool), annotation)
        if not text or "../" in text:
            raise LanguageError(f"{text!r} is not a path in this package")
        if text.startswith(("/", "~")):
            if not is_tool:
                raise LanguageError(f"{text} is an absolute path: sources are in the package")
            return SystemInput(text)
        if is_tool:
            return ProgramInput(text)
        return FileInput((text[2:] if text.startswith("./") else text).rstrip("/"))

    def _outs(self) -> None:
        for name, items in self._groups("outs"):
            for out in items:
                self._target.add_out(out, name)
        self._target.optional_outs = self._strings("optional_outs")

    def _secrets(self) -> None:
        for name, items in self._groups("secrets"):
            for path in items:
                if not path.startswith(("/", "~")) or path.startswith("//"):
                    raise LanguageError(f"the secret {path} is not an absolute path")
            if name:
                self._target.named_secrets[name] = items
            else:
                self._target.secrets = items

    def _label(self, text: str) -> Label:
        label = self._package.label(text)
        if label.is_wildcard:
            raise LanguageError(f"{text} stands for several targets; one is wanted here")
        return label
