"""The documentation, the settings and the rules say the same."""

from __future__ import annotations

import re

import pytest

from docs import reference
from tools.aws.facts import PREVIEW_RUNTIMES, RUNTIMES, UNZIPPED_LIMITS, ZIP_LIMITS

RULES_TEXT = reference.RULES.read_text()
TIDY_TEXT = (reference.RULES.parent.parent / "tools" / "lambda_tidy" / "settings.py").read_text()


def test_the_tables_are_as_the_code_makes_them() -> None:
    text = reference.PAGE.read_text()
    assert reference.update(text) == text, "run python3 -m docs.reference"


def test_the_rules_are_the_public_ones() -> None:
    assert [rule.name for rule in reference.rules()] == [
        "python_lambda",
        "python_lambda_layer",
        "python_requirement",
        "python_lambda_test",
    ]


@pytest.mark.parametrize("rule", reference.rules(), ids=lambda rule: rule.name)
def test_each_argument_is_documented_with_its_type(rule: reference.Rule) -> None:
    for argument in rule.arguments:
        assert argument.help, f"{argument.name} has no help in the docstring of {rule.name}"
        assert argument.help.endswith("."), argument.name
        assert argument.kind, f"{argument.name} has no type"


def test_each_docstring_names_only_arguments_that_are_there() -> None:
    for rule in reference.rules():
        text = RULES_TEXT[RULES_TEXT.index(f"def {rule.name}(") :]
        documented = re.findall(r"^      (\w+) \([^)]*\): ", text.split('"""')[1], re.MULTILINE)
        assert documented == [argument.name for argument in rule.arguments]


def test_each_setting_has_help_and_is_read() -> None:
    for setting in reference.settings():
        assert setting.help.endswith("."), setting.config_key
        if setting.key.startswith("TIDY_"):
            assert f'"{setting.config_key}"' in TIDY_TEXT, f"lambda_tidy does not read {setting.config_key}"
        else:
            assert f"CONFIG.AWSLAMBDA.{setting.key}" in RULES_TEXT, f"no rule reads {setting.config_key}"


def test_the_rules_read_only_settings_that_are_there() -> None:
    known = {setting.key for setting in reference.settings()}
    for file in reference.RULES.parent.glob("*.build_defs"):
        assert set(re.findall(r"CONFIG\.AWSLAMBDA\.(\w+)", file.read_text())) <= known


def test_every_preset_and_its_bytes_are_documented() -> None:
    documented = RULES_TEXT.split('"""')[3]
    for limit in (*ZIP_LIMITS.values(), *UNZIPPED_LIMITS.values()):
        assert f"`{limit.name}`" in documented
    assert f"{ZIP_LIMITS['edge-viewer'].size:,} bytes" in documented
    assert f"{UNZIPPED_LIMITS['lambda'].size:,} bytes" in documented


def test_the_example_of_a_runtime_is_one() -> None:
    for name in re.findall(r"python3\.\d+", RULES_TEXT):
        assert name in {**RUNTIMES, **PREVIEW_RUNTIMES}
