"""The environment of an action: its variables, and what `$(location ...)` means in its command."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tools.embedded_please.labels import looks_like_label, split_annotation
from tools.embedded_please.package import Config, Package
from tools.embedded_please.repository import Repository
from tools.embedded_please.settings import Settings
from tools.embedded_please.target import Input, LabelInput, ProgramInput, SystemInput, Target
from tools.errors import PleasingError

if TYPE_CHECKING:
    from tools.embedded_please.graph import Graph

_DEFAULT_PATH = ["/usr/local/bin", "/usr/bin", "/bin"]

# Please's other names of machines and systems, for XARCH and XOS.
_XARCH = {"amd64": "x86_64", "x86": "x86_32", "arm64": "aarch_64"}
_XOS = {"darwin": "osx"}

_SEQUENCE = re.compile(
    r"\$\((location|locations|exe|out_exe|out_location|out_locations|dir|out_dir) ([^)]+)\)"
)
_NEEDS_QUOTES = re.compile(r"[|&;()<>]")


def search_path(settings: Settings) -> list[str]:
    """Returns the folders that programs are looked for in.

    Args:
        settings: Those of the user's repository.
    """
    passed = settings.values("Build", "PassEnv") + settings.values("Build", "PassUnsafeEnv")
    default = os.environ.get("PATH", "").split(":") if "PATH" in passed else _DEFAULT_PATH
    return [os.path.expanduser(folder) for folder in settings.values("Build", "Path") or default]


def keyed_variables(target: Target, settings: Settings) -> dict[str, str]:
    """Returns the variables whose values decide what an action gives.

    Args:
        target: Its target.
        settings: Those of the user's repository.
    """
    repository: Repository = target.repository
    config = settings.value("Build", "Config", "opt")
    variables = {
        "PLZ_ENV": "1",
        "LANG": settings.value("Build", "Lang", "en_GB.UTF-8"),
        "PYTHONHASHSEED": "42",
        "ARCH": repository.arch,
        "OS": repository.os,
        "XARCH": _XARCH.get(repository.arch, repository.arch),
        "XOS": _XOS.get(repository.os, repository.os),
        "PKG": target.label.package,
        "PKG_DIR": target.label.package or ".",
        "NAME": target.label.name,
        "BUILD_CONFIG": config,
        "CONFIG": config,
        "PATH": ":".join(search_path(settings)),
    }
    for key, values in settings.section("BuildEnv").items():
        variables[key.upper().replace("-", "_")] = values[-1]
    for name in settings.values("Build", "PassEnv"):
        if name in os.environ and name != "PATH":
            variables[name] = os.environ[name]
    for name in target.pass_env:
        variables[name] = os.environ.get(name, "")
    return variables


def variables(
    graph: Graph, target: Target, settings: Settings, folder: Path, root: Path, python: Path
) -> dict[str, str]:
    """Returns all variables of an action.

    Args:
        graph: Knows the files of its sources and tools.
        target: Its target.
        settings: Those of the user's repository.
        folder: The folder that it runs in.
        root: Folder of the user's repository.
        python: The interpreter that `python3` means.
    """
    env = {}
    for name in settings.values("Build", "PassUnsafeEnv"):
        if name in os.environ and name != "PATH":
            env[name] = os.environ[name]
    env.update(keyed_variables(target, settings))
    path = [str(python.parent), *env["PATH"].split(":")]
    env["PATH"] = ":".join(path)
    if target.downloads:
        # Fetches as the user's own tools do: settings of pip, credentials, proxies, certificates.
        own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        env = {**own, **env, "PATH": ":".join([*path, own.get("PATH", "")])}
    if not target.downloads or "HOME" not in env:
        env["HOME"] = str(folder)
    env["TMP_DIR"] = env["TMPDIR"] = str(folder)

    sources = graph.source_paths(target, target.all_srcs())
    env["SRCS"] = " ".join(sources)
    if len(sources) == 1:
        env["SRC"] = sources[0]
    for name, group in target.named_srcs.items():
        env[f"SRCS_{name.upper()}"] = " ".join(graph.source_paths(target, group))
    outs = [temporary_out(target, out) for out in graph.outputs(target)]
    env["OUTS"] = " ".join(outs)
    if len(outs) == 1:
        env["OUT"] = str(folder / outs[0])
    for name, named in target.named_outs.items():
        env[f"OUTS_{name.upper()}"] = " ".join(temporary_out(target, out) for out in named)
    tools = [_tool(graph, target, tool, root, path) for tool in target.all_tools()]
    env["TOOLS"] = " ".join(tools)
    if len(tools) == 1:
        env["TOOL"] = tools[0]
    for name, group in target.named_tools.items():
        env[f"TOOLS_{name.upper()}"] = " ".join(_tool(graph, target, tool, root, path) for tool in group)
    if target.secrets:
        env["SECRETS"] = " ".join(os.path.expanduser(secret) for secret in target.secrets)
    for name, secrets in target.named_secrets.items():
        env[f"SECRETS_{name.upper()}"] = " ".join(os.path.expanduser(secret) for secret in secrets)
    for name, value in target.env.items():
        env[name] = re.sub(
            r"\$(?:\{(\w+)\}|(\w+))",
            lambda match: env.get(match[1] or match[2], "$" + (match[1] or match[2])),
            value,
        )
    return env


def temporary_out(target: Target, out: str) -> str:
    """Returns where an action puts an output, relative to its folder.

    That is its name, but for one that is in the way of the sources.

    Args:
        target: Its target.
        out: The output, by its path in the package.
    """
    package = target.label.package
    is_source = not package and any(getattr(source, "path", "") == out for source in target.all_srcs())
    return out + ".out" if is_source or out == package else out


def find_program(name: str, path: list[str], target: Target) -> str:
    """Returns the file of a tool that is a program.

    Args:
        name: The program.
        path: Folders to look for it in.
        target: The target with the tool, for the error.

    Raises:
        PleasingError: If it is not there.
    """
    found = shutil.which(name, path=":".join(path))
    if found is None:
        raise PleasingError(
            f"{target}: its tool {name} is not in {', '.join(path)}; install it or add to [Build] Path"
        )
    return found


def _tool(graph: Graph, target: Target, tool: Input, root: Path, path: list[str]) -> str:
    if isinstance(tool, ProgramInput):
        return find_program(tool.name, path, target)
    if isinstance(tool, SystemInput):
        return os.path.expanduser(tool.path)
    return " ".join(str(root / file.full_path) for file in graph.files(target, tool))


def expand(graph: Graph, target: Target, command: str, root: Path) -> str:
    """Replaces `$(location //a:b)` and the like in a command.

    Args:
        graph: Knows the files of dependencies.
        target: The target of the command.
        command: The command.
        root: Folder of the user's repository.

    Raises:
        PleasingError: If one names what is no dependency, or what has no output or several.
    """

    def replace(match: re.Match[str]) -> str:
        return _location(graph, target, match[1], match[2], root)

    return _SEQUENCE.sub(replace, command).replace("\\$", "$")


def _location(graph: Graph, target: Target, kind: str, text: str, root: Path) -> str:
    package = target.label.package
    if not looks_like_label(text):
        programs = [
            tool for tool in target.all_tools() if isinstance(tool, ProgramInput) and tool.name == text
        ]
        if programs and "exe" in kind:
            return text
        return text if text.startswith("/") else _quoted(os.path.join(package, text))
    name, annotation = split_annotation(text)
    here = Package(target.repository, package, Config({}))
    label = here.label(name)
    if label not in target.dependencies and label != target.label:
        label = here.label(name, tool=True)
        if label not in target.dependencies:
            raise PleasingError(
                f"{target}: its command has $({kind} {text}), and {label} is none of its dependencies"
            )
    found = graph.target(label, target)
    is_tool = target.is_tool(label)
    if found is not target:
        found = graph.providers(LabelInput(label, annotation), target)[0]
    if "exe" in kind and not found.binary:
        raise PleasingError(f"{target}: its command has $({kind} {text}), and {label} is not a binary")
    outs = graph.annotated(found, annotation)
    if not outs or (len(outs) > 1 and kind in ("location", "exe", "out_exe", "out_location")):
        raise PleasingError(
            f"{target}: its command has $({kind} {text}), and that has {len(outs)} outputs; one is wanted"
        )
    folder = found.out_dir if kind.startswith("out_") else Path(found.label.package)
    if is_tool and not kind.startswith("out_"):
        folder = root / found.out_dir
    if kind in ("dir", "out_dir"):
        return _quoted(str(folder))
    return " ".join(_quoted(str(folder / out)) for out in outs)


def _quoted(path: str) -> str:
    return f'"{path}"' if _NEEDS_QUOTES.search(path) else path
