"""A subrepo is a folder of packages: the user's repository or a plugin, built for one platform."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Optional

from tools.embedded_please.label import HOST, Label, join_subrepo, parse, split_subrepo
from tools.errors import PleasingError
from tools.plzconfig import PlzConfig

_PLUGIN_REPO = "https://github.com/{owner}/{plugin}/archive/{revision}.zip"  # Please's own default


@dataclass(frozen=True)
class Subrepo:
    """One repository on one platform, each of which is empty for the user's own; a plugin has a user, its parent."""

    plugin: str
    platform: str
    root: Path
    settings: PlzConfig
    parent: Optional[Subrepo]
    build_files: tuple[str, ...] = ("BUILD", "BUILD.plz")

    @property
    def name(self) -> str:
        """The part of its labels after `///`."""
        return join_subrepo(self.plugin, self.platform)

    @property
    def system(self) -> tuple[str, str]:
        """The system and the machine that it is built for."""
        return tuple((self.platform or HOST).split("_", 1))  # type: ignore[return-value]

    def build_file(self, package: str) -> Optional[Path]:
        """Return the BUILD file of a package, None if there is none."""
        paths = (self.root / package / name for name in self.build_files)
        return next((path for path in paths if path.is_file()), None)

    def packages(self, below: str = "") -> Iterator[str]:
        """Yield the paths of all packages below a folder, but not of those in hidden ones and in outputs."""
        for folder, folders, files in os.walk(self.root / below):
            folders[:] = sorted(name for name in folders if name[0] != "." and name != "plz-out")
            if not set(self.build_files).isdisjoint(files):
                yield Path(folder).relative_to(self.root).as_posix().lstrip(".")


class Subrepos:
    """All subrepos of a build of the user's repository, whose folder is the root."""

    def __init__(self, root: Path, report: Callable[[str], None]) -> None:
        self._report = report
        self._urls: dict[str, list[str]] = {}
        self.root = self._own(root, "", HOST)
        self._known = {"": self.root}
        # Reads the package of a plugin_repo, which calls `declare`.
        self.read_package: Callable[[Label], object] = lambda label: None

    def declare(self, name: str, owner: str, plugin: str, revision: str) -> None:
        """Notes where a plugin can be had, for a `plugin_repo` with these arguments."""
        urls = self.root.settings.values("Please", "PluginRepo") or [_PLUGIN_REPO]
        for key, value in (("{owner}", owner), ("{plugin}", plugin), ("{revision}", revision)):
            urls = [url.replace(key, value) for url in urls]
        self._urls[name] = urls

    def get(self, name: str) -> Subrepo:
        """Return the subrepo of a label, after fetching it where that has not been done."""
        if name not in self._known:
            plugin, arch = split_subrepo(name)
            if plugin and arch:
                made = replace(self.get(plugin), platform=arch, parent=self.get(arch))
            else:
                made = self._own(self.root.root, arch, arch) if arch else self._plugin(plugin)
            self._known[name] = made
        return self._known[name]

    def _own(self, root: Path, platform: str, arch: str) -> Subrepo:
        settings = PlzConfig(*(root / f".plzconfig{suffix}" for suffix in ("", f"_{arch}", ".local")))
        return Subrepo("", platform, root, settings, None)

    def _plugin(self, name: str) -> Subrepo:
        target = self.root.settings.value("Plugin", "Target", "", name)
        if name == "python" and target:
            # The engine's own rules, as the plugin's need programs that Please brings.
            folder = Path(__file__).with_name("python")
            return Subrepo(name, "", folder, PlzConfig(folder / ".plzconfig"), self.root, ("BUILD_FILE",))
        if target and name not in self._urls:
            self.read_package(parse(target))
        if name not in self._urls:
            setting = f'[Plugin "{name}"] Target = //its:target in .plzconfig'
            raise PleasingError(
                f"there is no plugin {name}: it takes a plugin_repo of that name and {setting}"
            )
        folder = self._fetch(name, self._urls[name])
        return Subrepo(name, "", folder, PlzConfig(folder / ".plzconfig"), self.root)

    def _fetch(self, name: str, urls: list[str]) -> Path:
        """Return the folder of a plugin, after fetching it unless it was fetched from there before."""
        state = self.root.root / "plz-out" / "embedded"
        target = state / "plugins" / f"{name}-{hashlib.sha256(repr(urls).encode()).hexdigest()[:16]}"
        if target.is_dir():
            return target
        self._report(f"Fetching plugin {name}...")
        for folder in (state / "tmp", target.parent):
            folder.mkdir(parents=True, exist_ok=True)
        problems = ""
        with tempfile.TemporaryDirectory(dir=state / "tmp") as temporary:
            for url in urls:
                try:
                    archive, _ = urllib.request.urlretrieve(url, Path(temporary, "zip"))  # noqa: S310 - the user's choice
                    with zipfile.ZipFile(archive) as opened:
                        opened.extractall(Path(temporary, "tree"))
                    fetched = next(Path(temporary, "tree").glob("*/.plzconfig")).parent
                    for other in target.parent.glob(f"{name}-{'?' * 16}"):
                        shutil.rmtree(other)  # another revision: of each plugin one is kept
                    fetched.rename(target)
                except (OSError, ValueError, StopIteration, zipfile.BadZipFile) as error:
                    problems += f"\n  {url}: {str(getattr(error, 'reason', error)) or 'it has no .plzconfig'}"
                else:
                    return target
        advice = "Set [Please] PluginRepo in .plzconfig to where it can be had."
        raise PleasingError(f"the plugin {name} could not be fetched:{problems}\n{advice}")
