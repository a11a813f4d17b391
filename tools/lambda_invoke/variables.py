"""Variables: the function's environment, as Lambda has it, and nothing of the host's."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from tools.errors import PleasingError
from tools.lambda_invoke.function import Function
from tools.lambda_invoke.limits import Limits

REGION = "us-east-1"
# AWS's documentation uses this account where it shows one.
ACCOUNT = "123456789012"
VERSION = "$LATEST"

# dg/configuration-envvars, "Defined runtime environment variables": what a function's configuration cannot set. The
# Region is where it was deployed, which is for the user to say.
_RESERVED = ("AWS_EXECUTION_ENV", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "_HANDLER")
_RESERVED_PREFIX = "AWS_LAMBDA_"


def variables_of(
    function: Function,
    name: str,
    limits: Limits,
    given: Mapping[str, str],
    closed: bool,
) -> dict[str, str]:
    """Return a function's environment. `{task}` and the like stand for folders that are known later.

    Args:
        function: The function.
        name: What it is called.
        limits: What it may take.
        given: Its own variables.
        closed: Whether it sees nothing of this machine's files and network. Otherwise it is kept from the
            credentials that an SDK finds there.
    """
    variables = {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime.name}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(limits.memory),
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": VERSION,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": f"2000/01/01/[{VERSION}]{'0' * 32}",
        "AWS_REGION": REGION,
        "LAMBDA_RUNTIME_DIR": "{runtime}",
        "LAMBDA_TASK_ROOT": "{task}",
        "LANG": "en_US.UTF-8",
        "LD_LIBRARY_PATH": "{interpreter}/lib:/lib64:/usr/lib64:{runtime}:{runtime}/lib:{task}:{task}/lib:{layers}/lib",
        "PATH": "{interpreter}/bin:/usr/local/bin:/usr/bin/:/bin:{layers}/bin",
        "PYTHONPATH": "{runtime}",
        "SHLVL": "0",
        "TZ": ":UTC",
        "_HANDLER": function.handler,
    }
    if not closed:
        # An SDK would look in the user's home and ask the machine's metadata service.
        variables.update(
            {
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                "HOME": "{tmp}",
                "TMPDIR": "{tmp}",
            }
        )
    return {**variables, **given}


def given_variables(
    settings: Sequence[str], passed: Sequence[str], host: Mapping[str, str]
) -> dict[str, str]:
    """Return the variables that the user asks for.

    Args:
        settings: As `NAME=value`.
        passed: Names of the host's variables to pass on.
        host: The host's environment.

    Raises:
        PleasingError: One is no setting, is not there, or is Lambda's own.
    """
    problems = []
    given: dict[str, str] = {}
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign or not name:
            problems.append(f"--env takes NAME=value, not {setting!r}")
        else:
            given[name] = value
    for name in passed:
        if name not in host:
            problems.append(f"--pass-env names {name}, which is not set here")
        else:
            given[name] = host[name]
    for name in given:
        if name in _RESERVED or name.startswith(_RESERVED_PREFIX):
            problems.append(f"{name} is set by Lambda; a function's configuration cannot set it")
    if problems:
        raise PleasingError(problems)
    return given
