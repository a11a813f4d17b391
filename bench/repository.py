"""Repository: one that Please builds functions in, by this project's rules as they are in this checkout."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Optional

from bench.function import FUNCTIONS, Function
from bench.measure import Cost, run
from bench.place import ROOT, Place

# What the rules and their tools are made of.
_PROJECT = ("build_defs", "tools", "plugins", "third_party/tools", ".plzconfig", "VERSION")


class Repository:
    """A repository below the place, with a package for each function.

    Args:
        place: Where.
        name: Folder of the repository; what was there goes.
        pip_library: Whether the dependencies are python-rules' `pip_library`s, which leave no notes of native
            files, and not `python_requirement`s.
        wheelhouse: Another folder of wheels than the place's.
    """

    def __init__(
        self, place: Place, name: str, pip_library: bool = False, wheelhouse: Optional[Path] = None
    ) -> None:
        self._environment = place.environment(wheelhouse)
        self._place = place
        self._plz = place.plz()
        self.folder = place.fresh(name)
        for part in _PROJECT:
            source, target = ROOT / part, self.folder / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copy(source, target)
        # The tools' packages come from the index, before anything is measured, as pip_library looks at no
        # variables; functions' come from the wheelhouse. No cache but plz-out, so that cold is cold.
        (self.folder / ".plzconfig.local").write_text(
            f"[Build]\nPath = {place.python.parent}\nPath = /usr/local/bin\nPath = /usr/bin\nPath = /bin\n"
            "PassUnsafeEnv = PIP_NO_INDEX\nPassUnsafeEnv = PIP_FIND_LINKS\nPassUnsafeEnv = PIP_CONFIG_FILE\n"
            "[Cache]\nDir =\n"
        )
        self._write_third_party(pip_library)

    def add(
        self, function: Function, package: str, runtime: Optional[str] = None, architecture: str = "x86_64"
    ) -> None:
        """Add a function.

        Args:
            function: The function.
            package: Its folder.
            runtime: Lambda's runtime; this interpreter's where not given.
            architecture: As AWS spells it.
        """
        folder = self.folder / package
        folder.mkdir(parents=True)
        (folder / f"{function.name}.py").write_text(function.source.read_text("utf-8"), "utf-8")
        deps = "".join(f'        "//third_party/python:{name}",\n' for name in function.direct)
        (folder / "BUILD").write_text(
            'subinclude("//build_defs:awslambda")\n\n'
            "python_lambda(\n"
            '    name = "lambda",\n'
            f'    handler = "{function.name}.py:handler",\n'
            f'    runtime = "{runtime or self._place.runtime}",\n'
            f'    architecture = "{architecture}",\n'
            f"    deps = [\n{deps}    ],\n"
            ")\n"
        )

    def edit(self, function: Function, package: str, number: int) -> None:
        """Changes one line of a function's source.

        Args:
            function: The function.
            package: Its folder.
            number: Which edit.
        """
        (self.folder / package / f"{function.name}.py").write_text(function.edited(number), "utf-8")

    def build(self, *labels: str) -> Cost:
        """Build targets with Please.

        Args:
            labels: The targets.
        """
        command = [self._plz, "build", "--plain_output", *labels]
        return run(command, self.folder, self._environment, self._place.folder / "plz.log")

    def zip(self, package: str) -> Path:
        """Return where a function's zip is.

        Args:
            package: Its folder.
        """
        return self.folder / "plz-out" / "gen" / package / "lambda.zip"

    def pex(self, package: str) -> Path:
        """Return where a function's PEX is.

        Args:
            package: Its folder.
        """
        found = [*(self.folder / "plz-out").glob(f"bin/{package}/lambda.pex")]
        found += (self.folder / "plz-out").glob(f"gen/{package}/lambda.pex")
        return found[0]

    def tool(self, name: str = "lambda_zip") -> Path:
        """Build a tool as the rules run it, and return where it is.

        Args:
            name: The tool.
        """
        self.build(f"//tools/{name}")
        return self.folder / "plz-out" / "bin" / "tools" / name / name

    def _write_third_party(self, pip_library: bool) -> None:
        rule = "pip_library" if pip_library else "python_requirement"
        defs = "///python//build_defs:python" if pip_library else "//build_defs:awslambda"
        flags = f"--no-index --find-links={self._place.wheelhouse}"
        more = f'    pip_flags = "{flags}",\n' if pip_library else ""
        pins = dict(pin.split("==") for function in FUNCTIONS for pin in function.pins)
        needs = {name: function.pins for function in FUNCTIONS for name in function.direct}
        text = f'subinclude("{defs}")\n\npackage(default_visibility = ["PUBLIC"])\n'
        for name, version in sorted(pins.items()):
            deps = [pin.split("==")[0] for pin in needs.get(name, ()) if pin.split("==")[0] not in needs]
            lines = "".join(f'        ":{dep}",\n' for dep in deps)
            text += (
                f'\n{rule}(\n    name = "{name}",\n    version = "{version}",\n{more}'
                f"    deps = [\n{lines}    ],\n)\n"
            )
        folder = self.folder / "third_party" / "python"
        folder.mkdir(parents=True)
        (folder / "BUILD").write_text(text)
