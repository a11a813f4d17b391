"""What fails in Lambda fails here, with a message that names the cause."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.unit.lambda_invoke.conftest import Invoking
from tools.lambda_invoke.cases import Case, judge
from tools.lambda_invoke.execution import ExecutionEnvironment
from tools.lambda_invoke.outcome import Failure, Outcome
from tools.lambda_invoke.report import failure_text
from tools.lambda_invoke.samples import sample

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="its limits are held on Linux only")


def told(environment: ExecutionEnvironment, outcome: Outcome) -> str:
    return failure_text(outcome, environment._setup.limits, environment.paths)


def test_a_dependency_that_only_the_host_has(function: Invoking) -> None:
    environment = function("import pytest\n")
    outcome = environment.invoke(b"{}")
    assert outcome.failure is Failure.INIT
    assert told(environment, outcome) == (
        "the handler could not be imported: Runtime.ImportModuleError: Unable to import module 'lambda_function': No module "
        "named 'pytest'\n  pytest is not in the zip: add what provides it to the deps of the function"
    )


def test_what_the_runtime_brings(function: Invoking) -> None:
    environment = function("import boto3\n")
    assert told(environment, environment.invoke(b"{}")).endswith(
        "  Lambda's runtime brings boto3, in a version of its own; here it comes from the function's deps or from runtime_libs"
    )


def test_a_handler_that_raises_at_import(function: Invoking) -> None:
    code = "def load():\n    raise KeyError('TABLE')\n\n\nload()\n"
    environment = function(code, relocated={"svc/app.py": "src/svc/app.py"})
    outcome = environment.invoke(b"{}")
    assert outcome.failure is Failure.INIT
    lines = told(environment, outcome).splitlines()
    assert lines[:3] == [
        "the handler could not be imported: KeyError: 'TABLE'",
        "Traceback (most recent call last):",
        '  File "src/svc/app.py", line 5, in <module>',
    ]
    assert '  File "src/svc/app.py", line 2, in load' in lines
    assert "importlib" not in "".join(lines)
    assert 'File "src/svc/app.py", line 2, in load' in outcome.log


def test_a_syntax_error(function: Invoking) -> None:
    environment = function("def handler(event, context) return 1\n")
    outcome = environment.invoke(b"{}")
    assert outcome.error_type == "Runtime.UserCodeSyntaxError"
    assert '  File "svc/app.py" Line 1' in told(environment, outcome)


def test_a_handler_that_raises(function: Invoking) -> None:
    environment = function("def handler(event, context):\n    raise ValueError('no')\n")
    outcome = environment.invoke(b"{}")
    assert outcome.failure is Failure.RAISED
    assert told(environment, outcome).splitlines()[:3] == [
        "the handler raised: ValueError: no",
        "Traceback (most recent call last):",
        '  File "svc/app.py", line 2, in handler',
    ]
    assert environment.invoke(b"{}").init_ms is None, "the function stays warm after an error"


def test_out_of_memory(function: Invoking) -> None:
    code = "import time\n\n\ndef handler(event, context):\n    data = b'x' * (400 << 20)\n    time.sleep(5)\n    return len(data)\n"
    environment = function(code, timeout=30)
    outcome = environment.invoke(b"{}")
    assert outcome.failure is Failure.MEMORY
    assert outcome.error_type == "Runtime.OutOfMemory"
    assert outcome.peak > 128 << 20
    assert " MB of the 128 MB that it may have: give it more memory (memory = 512)" in told(
        environment, outcome
    )


def test_memory_that_a_child_takes_counts(function: Invoking) -> None:
    code = (
        "import subprocess, sys\n\n\ndef handler(event, context):\n"
        "    subprocess.run([sys.executable, '-c', 'import time; x = b\"x\" * (400 << 20); time.sleep(5)'])\n"
        "    return 'done'\n"
    )
    assert function(code, timeout=30).invoke(b"{}").failure is Failure.MEMORY


def test_enough_memory(function: Invoking) -> None:
    code = "def handler(event, context):\n    return len(b'x' * (100 << 20))\n"
    outcome = function(code, memory=512, timeout=30).invoke(b"{}")
    assert outcome.failure is None
    assert 100 << 20 < outcome.peak < 512 << 20


def test_over_its_time(function: Invoking) -> None:
    environment = function("import time\n\n\ndef handler(event, context):\n    time.sleep(60)\n", timeout=0.5)
    outcome = environment.invoke(b"{}")
    assert outcome.failure is Failure.TIMEOUT
    assert json.loads(outcome.payload) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {outcome.request_id} Error: Task timed out after 0.50 seconds",
    }
    assert told(environment, outcome).endswith(
        "  give it more time (timeout = 30), or find out what it waits for: it has no network here unless --network is given"
    )


def test_a_response_that_is_not_json(function: Invoking) -> None:
    environment = function("def handler(event, context):\n    return {1, 2}\n")
    outcome = environment.invoke(b"{}")
    assert told(environment, outcome) == (
        "the handler raised: Runtime.MarshalError: Unable to marshal response: Object of type set is not JSON serializable"
    )


@pytest.mark.parametrize(
    ("returned", "problem"),
    [
        ("float('nan')", "the response is not JSON: NaN is no JSON; it begins with b'NaN'"),
        ("b'\\x89PNG'", "the response is not JSON: "),
    ],
)
def test_bytes_that_are_no_json(function: Invoking, returned: str, problem: str) -> None:
    environment = function(f"def handler(event, context):\n    return {returned}\n")
    outcome = environment.invoke(b"{}")
    found = judge(Case("e.json", "r.json", None), outcome, environment._setup.limits, environment.paths)
    assert found is not None
    assert found.kind == "NOT_JSON"
    assert found.text.startswith(problem)


def test_a_response_over_the_limit(function: Invoking) -> None:
    environment = function("def handler(event, context):\n    return 'x' * event\n", timeout=30)
    assert environment.invoke(b"6291554").failure is None
    outcome = environment.invoke(b"6291555")
    assert outcome.failure is Failure.TOO_LARGE
    assert told(environment, outcome) == (
        "its response is too large: Function.ResponseSizeTooLarge: Response payload size (6291557 bytes) exceeded maximum "
        "allowed payload size (6291556 bytes)."
    )


@pytest.mark.parametrize(("cap", "most"), [("edge-viewer", 40 * 1024), ("edge-origin", 1 << 20)])
def test_a_response_over_the_limit_of_the_edge(function: Invoking, cap: str, most: int) -> None:
    environment = function("def handler(event, context):\n    return 'x' * event\n", cap=cap)
    assert environment.invoke(str(most - 2).encode()).failure is None
    assert environment.invoke(str(most - 1).encode()).failure is Failure.TOO_LARGE


def test_a_response_that_cloudfront_would_refuse(function: Invoking) -> None:
    event = sample("viewer-request")
    environment = function(
        "def handler(event, context):\n"
        "    return {'status': '302', 'headers': {'Connection': [{'value': event['Records'][0]['cf']['x']}]}}\n",
        cap="edge-viewer",
    )
    known = json.loads(event)
    known["Records"][0]["cf"]["x"] = "close"
    outcome = environment.invoke(json.dumps(known).encode())
    assert outcome.failure is Failure.REFUSED
    assert told(environment, outcome) == (
        "CloudFront would refuse its response: CloudFront.InvalidResponse: header 'Connection' must be in lower case as a "
        "name in headers (CloudFront dg, Lambda@Edge event structure)\n"
        "header 'Connection' is one that no edge function may add (CloudFront dg, Restrictions on all edge functions, "
        "Disallowed headers)"
    )


def test_a_response_that_cloudfront_takes(function: Invoking) -> None:
    code = "def handler(event, context):\n    return event['Records'][0]['cf']['request']\n"
    environment = function(code, cap="edge-viewer")
    assert environment.invoke(sample("viewer-request")).failure is None
    # Another service's event has no answer that CloudFront takes.
    assert (
        function("def handler(event, context):\n    return 1\n", cap="edge-viewer").invoke(b"{}").failure
        is None
    )


@pytest.mark.parametrize("path", ["/var/task/x", "x", "/opt/x", "/usr/x", "/etc/x", "/x"])
def test_a_write_outside_of_tmp(function: Invoking, path: str) -> None:
    environment = function(f"def handler(event, context):\n    open({path!r}, 'w')\n")
    outcome = environment.invoke(b"{}")
    _skip_unless_separate(environment)
    assert outcome.error_type == "OSError"
    text = told(environment, outcome)
    assert text.startswith(f"the handler raised: OSError: [Errno 30] Read-only file system: '{path}'")
    assert text.endswith("  a function can write to /tmp only")


def test_a_write_to_tmp_and_its_size(function: Invoking) -> None:
    code = (
        "import os\n\n\ndef handler(event, context):\n"
        "    with open('/tmp/x', 'wb') as stream:\n"
        "        for _ in range(event):\n            stream.write(b'x' * (1 << 20))\n"
        "    return os.path.getsize('/tmp/x')\n"
    )
    environment = function(code, timeout=60, memory=1024)
    outcome = environment.invoke(b"500")
    _skip_unless_separate(environment)
    assert json.loads(outcome.payload) == 500 << 20
    assert "No space left on device" in environment.invoke(b"513").error["errorMessage"]


def test_a_process_left_behind(function: Invoking) -> None:
    code = (
        "import subprocess\n\n\ndef handler(event, context):\n"
        "    subprocess.Popen(['sleep', '300'], start_new_session=True)\n    return 1\n"
    )
    environment = function(code)
    outcome = environment.invoke(b"{}")
    assert outcome.left == ("sleep 300",)
    found = judge(Case("e.json", None, "ValueError"), outcome, environment._setup.limits, environment.paths)
    assert found is not None
    assert found.text == "expected an error of type ValueError; the function answered 1"
    found = judge(
        Case("e.json", _file(environment, "1"), None), outcome, environment._setup.limits, environment.paths
    )
    assert found is not None
    assert found.text == (
        "the handler returned and left running: sleep 300. Lambda freezes it with the function, and thaws it at some later "
        "invocation: wait for it, or end it"
    )


def test_a_process_that_ends_is_not_left_behind(function: Invoking) -> None:
    code = "import subprocess\n\n\ndef handler(event, context):\n    subprocess.Popen(['sleep', '0.02'])\n    return 1\n"
    assert function(code).invoke(b"{}").left == ()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("os._exit(3)", "Runtime exited with error: exit status 3"),
        ("os._exit(0)", "Runtime exited without providing a reason"),
        ("os.kill(os.getpid(), 11)", "Runtime exited with error: signal: segmentation fault"),
    ],
)
def test_a_process_that_ends(function: Invoking, code: str, message: str) -> None:
    environment = function(f"import os\n\n\ndef handler(event, context):\n    {code}\n")
    outcome = environment.invoke(b"{}")
    assert outcome.failure is Failure.EXITED
    assert outcome.error == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {outcome.request_id} Error: {message}",
    }
    assert environment.invoke(b"{}").init_ms is not None, "it is started anew"


def _file(environment: ExecutionEnvironment, text: str) -> str:
    path = Path(environment._setup.function.zip).with_name("expected.json")
    path.write_text(text)
    return str(path)


def _skip_unless_separate(environment: ExecutionEnvironment) -> None:
    if environment.notes:
        pytest.skip(environment.notes[0])
