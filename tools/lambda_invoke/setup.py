"""Setup: how a function is to be run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tools.lambda_invoke import runtime_parts
from tools.lambda_invoke.function import Function
from tools.lambda_invoke.interpreter import Interpreter
from tools.lambda_invoke.limits import Limits
from tools.lambda_invoke.sandbox import FULL


class Setup(NamedTuple):
    """How a function is to be run.

    Attributes:
        function: The function.
        interpreter: Of its runtime's version.
        limits: What it may take.
        client: Paths of the runtime interface client's archives, and of libraries that the runtime brings.
        layers: Paths of its layers' zips.
        variables: Its own.
        network: Whether it may use this machine's network.
        isolation: How far it is separated at most.
        name: What the function is called.
        module_dir: Folder of packages in `client`'s archives.
        measured: Names in the zip of files whose coverage is measured.
    """

    function: Function
    interpreter: Interpreter
    limits: Limits
    client: Sequence[str]
    layers: Sequence[str] = ()
    variables: Mapping[str, str] = {}
    network: bool = False
    isolation: str = FULL
    name: str = "function"
    module_dir: str = runtime_parts.MODULE_DIR
    measured: Sequence[str] = ()
