from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders.command import run as run_command
from tools.errors import PleasingError
from tools.lambda_zip.config_module import config_module

FORM = 'write an object, such as {"ORIGIN": "https://example.com"}'


def run(source: bytes) -> Any:
    scope: dict[str, Any] = {}
    exec(compile(source, "config.py", "exec"), scope)
    return scope["CONFIG"]


def test_the_module() -> None:
    source = config_module('{"b": [1, null], "a": "it\'s é"}', "config")
    assert source.decode() == (
        '"""Configuration of the function, fixed when its zip was built."""\n\n'
        "import json\n"
        "from types import MappingProxyType\n\n"
        """CONFIG = MappingProxyType(json.loads(r'{"a": "it\\u0027s \\u00e9", "b": [1, null]}'))\n"""
    )
    config = run(source)
    assert config == {"a": "it's é", "b": [1, None]}
    with pytest.raises(TypeError):
        config["a"] = "other"


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(min_codepoint=32), min_size=1), st.text() | st.integers() | st.none()
    )
)
def test_what_goes_in_comes_out(config: dict[str, Any]) -> None:
    assert run(config_module(json.dumps(config), "config")) == config


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", f"config holds no JSON object; {FORM}"),
        ('"x"', f"config holds no JSON object; {FORM}"),
        ('{"a": NaN}', f"config cannot be read as JSON: NaN is not a value of JSON; {FORM}"),
        ('{"a": 1, "a": 2}', f"config cannot be read as JSON: the key 'a' stands twice; {FORM}"),
        ('{"": 1}', f"config cannot be read as JSON: '' is no key; {FORM}"),
        (
            "{",
            f"config cannot be read as JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1); {FORM}",
        ),
    ],
)
def test_what_is_no_configuration(text: str, message: str) -> None:
    with pytest.raises(PleasingError) as caught:
        config_module(text, "config")
    assert caught.value.problems == (message,)


def test_deeply_nested_json_is_no_traceback() -> None:
    with pytest.raises(PleasingError):
        config_module('{"a":' * 100_000, "config")


def test_the_command(tmp_path: Path) -> None:
    output = tmp_path / "f_config.py"
    assert run_command("config", "--json", '{"A": 1}', "--output", output) == (0, "", "")
    assert run(output.read_bytes()) == {"A": 1}
    given = tmp_path / "f.json"
    given.write_text('{"A": 2}')
    assert run_command("config", "--file", given, "--output", output) == (0, "", "")
    assert run(output.read_bytes()) == {"A": 2}


def test_errors_of_the_command(tmp_path: Path) -> None:
    output = tmp_path / "f_config.py"
    named = ("--target", "//svc:f", "--output", output)
    assert run_command("config", "--json", "[]", *named) == (
        1,
        "",
        f"//svc:f: error: config holds no JSON object; {FORM}\n",
    )
    assert run_command("config", "--file", tmp_path / "none.json", *named) == (
        1,
        "",
        f"//svc:f: error: cannot read {tmp_path}/none.json: [Errno 2] No such file or directory: '{tmp_path}/none.json'\n",
    )
    assert list(tmp_path.iterdir()) == []
