"""Launch plan: what a sandbox's supervisor is told, so that it starts a function as its setup says."""

from __future__ import annotations

import json
import os
from typing import Optional

from tools.aws.execution import MAX_OPEN_FILES
from tools.lambda_invoke import runtime_parts
from tools.lambda_invoke.sandbox import PLAIN, Plan
from tools.lambda_invoke.setup import Setup
from tools.lambda_invoke.variables import variables_of


def launch_plan(setup: Setup, isolation: str, coverage: Optional[int]) -> Plan:
    """Return the plan.

    Args:
        setup: How the function is to be run.
        isolation: How far it is separated.
        coverage: Descriptor that its coverage is written to, if it is measured.
    """
    python = setup.interpreter
    prefix = os.path.normpath(python.prefix)
    relative = os.path.relpath(python.executable, prefix)
    # An interpreter finds its library by where its program is; one that is elsewhere is started there.
    movable = not relative.startswith("..") and isolation != PLAIN
    program = "{interpreter}/" + relative if movable else python.executable
    version = "python{}.{}".format(*setup.function.runtime.python)
    layers = ["{layers}/python/lib/" + version + "/site-packages", "{layers}/python"]
    boot = {
        "handler": setup.function.handler,
        "bootstrap": "{runtime}/" + runtime_parts.BOOT,
        "stand_in": "{runtime}/" + os.path.dirname(runtime_parts.STAND_IN),
        "task": "{task}",
        "before": ["{task}", *layers, "{runtime}"],
        "after": layers,
        "coverage": coverage,
        "files": list(setup.measured),
    }
    return Plan(
        contents={
            "task": os.path.abspath(setup.function.zip),
            "layers": [os.path.abspath(path) for path in setup.layers],
            "runtime": [os.path.abspath(path) for path in setup.client],
            "runtime_prefix": setup.module_dir,
            "texts": runtime_parts.texts(),
            "interpreter": [prefix, os.path.normpath(python.exec_prefix)],
            "tmp": setup.limits.tmp,
        },
        arguments=[program, "-I", "-S", "{runtime}/" + runtime_parts.BOOT, json.dumps(boot)],
        variables=variables_of(
            setup.function,
            setup.name,
            setup.limits,
            setup.variables,
            closed=isolation != PLAIN and not setup.network,
        ),
        memory=setup.limits.memory,
        open_files=MAX_OPEN_FILES,
        network=setup.network,
    )
