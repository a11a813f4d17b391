"""A repository is a tree of packages with settings of its own: the user's or a plugin's, for a platform."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any, Callable, Optional

from tools.embedded_please.labels import (
    Label,
    is_arch,
    join_arch,
    looks_like_label,
    read_absolute,
    split_annotation,
    split_arch,
)
from tools.embedded_please.language import Dict
from tools.embedded_please.settings import PluginSetting, Settings, parse_bool
from tools.errors import PleasingError

_ENGINE = Path(__file__).resolve().parent

# Please names systems and machines as Go does.
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "armv8b": "arm64", "armv8l": "arm64"}

# Where Please looks for plugins when no setting says so.
_PLUGIN_REPOS = [
    "https://github.com/{owner}/{plugin}/archive/{revision}.zip",
    "https://github.com/{owner}/{plugin}-rules/archive/{revision}.zip",
]
_MACHINE_WIDE = Path("/etc/please/plzconfig")
_FETCH_TIMEOUT = 30  # seconds without an answer


def host() -> tuple[str, str]:
    """Returns the system and the machine that this runs on, such as `linux`, `amd64`."""
    system = os.uname()
    machine = system.machine.lower()
    return system.sysname.lower(), _MACHINES.get(machine, machine)


class Repository:
    """One repository on one platform.

    Args:
        plugin: Name of the plugin that it is, empty for the user's own.
        arch: The platform as `<os>_<arch>`; empty for the host.
        root: Its folder.
        settings: What its `.plzconfig` files say.
        build_files: Names of its BUILD files.
        parent: The repository that uses the plugin; None for the user's own.
    """

    def __init__(
        self,
        plugin: str,
        arch: str,
        root: Path,
        settings: Settings,
        build_files: list[str],
        parent: Optional[Repository],
    ) -> None:
        self.plugin = plugin
        self.arch_name = arch
        self.name = join_arch(plugin, arch)
        self.root = root
        self.settings = settings
        self.build_files = build_files
        self.parent = parent
        host_os, host_arch = host()
        self.os, self.arch = arch.split("_") if arch else (host_os, host_arch)

    @property
    def is_cross(self) -> bool:
        """Whether its targets are built for another platform than the host."""
        return bool(self.arch_name)

    def build_file(self, package: str) -> Optional[Path]:
        """Returns the BUILD file of a package, None if there is none.

        Args:
            package: Path of the package.
        """
        for name in self.build_files:
            path = self.root / package / name
            if path.is_file():
                return path
        return None

    def plugin_values(self, plugin: Repository) -> Dict:
        """Returns what `CONFIG.<PLUGIN>` holds for BUILD files of this repository.

        Args:
            plugin: The plugin.

        Raises:
            PleasingError: If a setting is missing or not of its type.
        """
        name = plugin.settings.plugin_name.lower()
        values = self.parent.plugin_values(plugin) if self.parent else Dict()
        given = self.settings.section("Plugin", name)
        for setting in plugin.settings.plugin_settings():
            if setting.key in values and setting.inherit:
                continue
            found, owner = setting.default, plugin.plugin
            if setting.config_key in given:
                found, owner = given[setting.config_key], self.plugin
            if not found and not setting.optional:
                if setting.key in values:
                    continue
                raise PleasingError(f'[Plugin "{name}"] {setting.config_key} is not set and has no default')
            where = f'[Plugin "{name}"] {setting.config_key}'
            values[setting.key] = _plugin_value(setting, [_portable(value, owner) for value in found], where)
        return values


def _plugin_value(setting: PluginSetting, values: list[str], where: str) -> object:
    if setting.repeatable:
        return [_typed(value, setting, where) for value in values]
    if len(values) > 1:
        raise PleasingError(f"{where} is set {len(values)} times and takes one value")
    return _typed(values[0] if values else "", setting, where)


def _typed(value: str, setting: PluginSetting, where: str) -> object:
    if setting.optional and not value:
        return None
    if setting.kind == "bool":
        return parse_bool(value, where)
    if setting.kind == "int":
        try:
            return int(value)
        except ValueError:
            raise PleasingError(f"{where}: expected a whole number, found {value!r}") from None
    return value


def _portable(value: str, subrepo: str) -> str:
    """Writes a label so that it means the same target in every repository; leaves other values alone."""
    if not looks_like_label(value):
        return value
    text, annotation = split_annotation(value)
    try:
        label = read_absolute(text, "", subrepo)
    except PleasingError:
        return value
    return f"///{label.subrepo}//{label.package}:{label.name}" + (f"|{annotation}" if annotation else "")


class PluginSource:
    """Where a `plugin_repo` gets a plugin from, and the folder that it is unpacked into.

    Args:
        name: Name of the plugin.
        urls: Archives to try in turn.
        folder: Folder for unpacked plugins.
        report: Told what is fetched.
    """

    def __init__(self, name: str, urls: list[str], folder: Path, report: Callable[[str], None]) -> None:
        self._name = name
        self._urls = urls
        self._folder = folder
        self._report = report

    def fetch(self) -> Path:
        """Returns the folder of the plugin, after fetching it if that has not been done.

        Raises:
            PleasingError: If no archive could be had, or it is not a plugin.
        """
        target = self._folder / self._name
        stamp = self._folder / f"{self._name}.stamp"
        key = "\n".join(url + _file_stamp(url) for url in self._urls)
        if target.is_dir() and stamp.is_file() and stamp.read_text(encoding="utf-8") == key:
            return target
        self._folder.mkdir(parents=True, exist_ok=True)
        self._report(f"Fetching plugin {self._name}...")
        with tempfile.TemporaryDirectory(dir=self._folder) as temporary:
            archive = Path(temporary, "archive")
            self._download(archive)
            try:
                with zipfile.ZipFile(archive) as opened:
                    opened.extractall(Path(temporary, "tree"))
            except zipfile.BadZipFile as error:
                raise PleasingError(
                    f"the plugin {self._name} from {self._urls[0]} is not a zip archive: {error}"
                ) from None
            settings = sorted(Path(temporary, "tree").glob("*/.plzconfig"))
            if len(settings) != 1:
                raise PleasingError(
                    f"the plugin {self._name}: its archive must have one top folder with a .plzconfig, "
                    f"found {len(settings)}"
                )
            shutil.rmtree(target, ignore_errors=True)
            settings[0].parent.rename(target)
        stamp.write_text(key, encoding="utf-8")
        return target

    def _download(self, path: Path) -> None:
        problems = []
        for url in self._urls:
            try:
                with urllib.request.urlopen(url, timeout=_FETCH_TIMEOUT) as answer, path.open("wb") as out:  # noqa: S310 - the user chose the address
                    shutil.copyfileobj(answer, out)
            except (OSError, ValueError) as error:
                reason = error.reason if isinstance(error, urllib.error.URLError) else error
                problems.append(f"\n  {url}: {reason}")
            else:
                return
        raise PleasingError(
            f"the plugin {self._name} could not be fetched:{''.join(problems)}\n"
            "Set [Please] PluginRepo in .plzconfig to where it can be had."
        )


def _file_stamp(url: str) -> str:
    """Returns what changes when a local archive is written anew."""
    if not url.startswith("file://"):
        return ""
    try:
        status = os.stat(urllib.request.url2pathname(url[len("file://") :]))
    except OSError:
        return ""
    return f" {status.st_mtime_ns} {status.st_size}"


class Repositories:
    """All repositories of a build, found by the part of a label after `///`.

    Args:
        root: Folder of the user's repository.
        overrides: Settings of the command line, as `section.key:value`.
        report: Told what is fetched.
    """

    def __init__(self, root: Path, overrides: list[str], report: Callable[[str], None]) -> None:
        self._report = report
        self._overrides = overrides
        self._known: dict[str, Repository] = {}
        self._sources: dict[str, PluginSource] = {}
        settings = Settings.load(
            root / ".plzconfig", root / (".plzconfig_" + "_".join(host())), root / ".plzconfig.local"
        )
        self.root = Repository("", "", root, self._overridden(settings), [], None)
        self.root.build_files = self.root.settings.values("Parse", "BuildFileName") or ["BUILD", "BUILD.plz"]
        self._known[""] = self.root
        # Called with the label of a plugin, to read the package that declares it.
        self.load_package: Callable[[Label], object] = lambda label: None

    def _overridden(self, settings: Settings) -> Settings:
        for text in self._overrides:
            settings.override(text)
        return settings

    def plugin_urls(self, owner: str, plugin: str, revision: str) -> list[str]:
        """Returns where an archive of a plugin may be.

        Args:
            owner: Its owner.
            plugin: Its name there.
            revision: Tag or commit.
        """
        templates = self.root.settings.values("Please", "PluginRepo")
        templates = templates + Settings.load(_MACHINE_WIDE).values("Please", "PluginRepo") or _PLUGIN_REPOS
        values = {"owner": owner, "plugin": plugin, "revision": revision}
        return [
            re.sub(r"\{(owner|plugin|revision)\}", lambda match: values[match[1]], url) for url in templates
        ]

    def declare_plugin(self, name: str, urls: list[str]) -> None:
        """Says where a plugin comes from, as `plugin_repo` does.

        Args:
            name: Its name.
            urls: Archives to try in turn.
        """
        folder = self.root.root / "plz-out" / "embedded" / "plugins"
        self._sources[name] = PluginSource(name, urls, folder, self._report)

    def label(self, text: str, package: str) -> Label:
        """Reads a label of the command line.

        Args:
            text: The label, without an annotation.
            package: The package of the current folder.
        """
        label = read_absolute(text, package)
        own = ("_".join(host()), self.root.settings.plugin_name)
        return label._replace(subrepo="") if label.subrepo in own else label

    def get(self, name: str, wanted_by: str) -> Repository:
        """Returns the repository of a label.

        Args:
            name: The part of the label after `///`.
            wanted_by: The target or file with the label, for the error.

        Raises:
            PleasingError: If there is no such repository.
        """
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._open(name, wanted_by)
        return known

    def _open(self, name: str, wanted_by: str) -> Repository:
        plugin, arch = split_arch(name)
        if arch:
            base = self.get(plugin, wanted_by)
            if not base.plugin:
                raise PleasingError(f"{wanted_by}: the repository ///{name} is not declared")
            return Repository(
                plugin, arch, base.root, base.settings, base.build_files, self.get(arch, wanted_by)
            )
        if self.root.settings.section("Plugin", plugin) or plugin in self._sources:
            return self._open_plugin(plugin, wanted_by)
        if is_arch(plugin):
            settings = self.root.settings.copy()
            settings.add(self.root.root / f".plzconfig_{plugin}")
            return Repository("", plugin, self.root.root, settings, self.root.build_files, None)
        raise PleasingError(
            f"{wanted_by}: the repository ///{name} is not declared: it takes a plugin_repo in a BUILD file "
            f'and [Plugin "{name}"] Target = //that:target in .plzconfig'
        )

    def _open_plugin(self, name: str, wanted_by: str) -> Repository:
        if name == "python":
            # The engine's own rules, in place of the plugin's, which need programs that Please brings.
            folder, build_files = _ENGINE / "python", ["BUILD_FILE"]
        else:
            if name not in self._sources:
                target = self.root.settings.value("Plugin", "Target", "", name)
                if target:
                    self.load_package(read_absolute(target))
            if name not in self._sources:
                raise PleasingError(
                    f'{wanted_by}: [Plugin "{name}"] Target in .plzconfig is '
                    f"{target or 'not set'}, which declares no plugin_repo of that name"
                )
            folder, build_files = self._sources[name].fetch(), self.root.build_files
        settings = Settings.load(folder / ".plzconfig")
        if settings.plugin_name.lower() != name.lower():
            raise PleasingError(
                f'[Plugin "{name}"]: it calls itself {settings.plugin_name or "nothing"}; use that name'
            )
        known = {setting.config_key for setting in settings.plugin_settings()}
        unknown = sorted(set(self.root.settings.section("Plugin", name)) - known - {"target"})
        if unknown:
            raise PleasingError(
                f'[Plugin "{name}"] has no setting {", ".join(unknown)}; '
                f"it has: {', '.join(sorted(known)) or 'none'}"
            )
        return Repository(name, "", folder, settings, build_files, self.root)


def base_config(repository: Repository, root: Settings) -> dict[str, Any]:
    """Returns what `CONFIG` holds before any plugin is loaded.

    Args:
        repository: The repository whose BUILD files see it.
        root: Settings of the user's repository, which hold for the build as a whole.
    """
    host_os, host_arch = host()
    config: dict[str, Any] = {
        "OS": repository.os,
        "ARCH": repository.arch,
        "HOSTOS": host_os,
        "HOSTARCH": host_arch,
        "TARGET_OS": host_os,
        "TARGET_ARCH": host_arch,
        "BUILD_CONFIG": root.value("Build", "Config", "opt"),
        "BUILD_FILE_NAMES": list(repository.build_files),
        "BUILD_SANDBOX": False,
        "TEST_SANDBOX": False,
        "BAZEL_COMPATIBILITY": False,
        "EXIT_ON_ERROR": parse_bool(root.value("Build", "ExitOnError", "false"), "[Build] ExitOnError"),
        "DEFAULT_VISIBILITY": None,
        "DEFAULT_TESTONLY": False,
        "DEFAULT_LICENCES": None,
        "DEBUG_PORT": 0,
        "PLZ_VERSION": root.value("Please", "Version").lstrip(">="),
        "EMBEDDED_PLEASE": str(_ENGINE),
    }
    for key, values in root.section("BuildConfig").items():
        value: Any = values[-1]
        if re.fullmatch(r"-?\d+", value):
            value = int(value)
        elif value.lower() in ("true", "yes", "on", "false", "no", "off"):
            value = parse_bool(value, key)
        config.setdefault(key.upper().replace("-", "_"), value)
    return config
