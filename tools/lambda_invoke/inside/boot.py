"""Boot: sets up the function's interpreter as Lambda does, and hands it to AWS's runtime interface client.

It runs in the function's interpreter, which is Python 3.8 or newer, started with `-I -S`. Its one argument is JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import site
import sys

# Coverage's numbers go to this descriptor, as nothing of the function's own files outlives it.
_COVERAGE = "coverage"


def main() -> None:
    """Read the argument, and never return: the client's loop ends with the process."""
    plan = json.loads(sys.argv[1])
    # -S leaves out the host's site-packages, and with them what every interpreter has.
    site.setquit()
    site.setcopyright()
    site.sethelper()
    standard_library = [path for path in sys.path if path]
    sys.path[:] = plan["before"] + standard_library + plan["after"]
    sys.argv[:] = [plan["bootstrap"], plan["handler"]]
    if plan.get(_COVERAGE) is not None:
        _measure(plan[_COVERAGE], plan["task"], plan["files"])
    try:
        importlib.import_module("runtime_client")
    except ImportError:
        # Compiled for Linux only. The client imports it by this name.
        sys.path.append(plan["stand_in"])
    importlib.import_module("awslambdaric.__main__").main(sys.argv)


def _measure(descriptor: int, task: str, files: list[str]) -> None:
    """Measure which lines run, and write them as JSON when the interpreter ends.

    Args:
        descriptor: Where to.
        task: Folder of the function.
        files: Names below it whose lines matter.
    """
    import atexit

    import coverage

    paths = [os.path.join(task, name) for name in files]
    measured = coverage.Coverage(data_file=None, include=paths, config_file=False, messages=False)

    def write() -> None:
        measured.stop()
        lines = {}
        for name, path in zip(files, paths):
            try:
                _, statements, _, missing, _ = measured.analysis2(path)
            except coverage.CoverageException:
                continue
            lines[name] = [statements, missing]
        with os.fdopen(descriptor, "w") as stream:
            json.dump(lines, stream)

    atexit.register(write)
    measured.start()


main()
