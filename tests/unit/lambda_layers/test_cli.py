from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders.manifest import layer, manifest, repository, share
from tools.lambda_layers.cli import main

NUMPY = share("numpy", 1_000_000)
PANDAS = share("pandas", 2_000_000, requires=["numpy", "pytz", "tzdata"])
PYTZ = share("pytz", 1000)


def run(capsys: pytest.CaptureFixture[str], root: Path, *arguments: str) -> tuple[int, str, str]:
    status = main(["--root", str(root), *arguments])
    found = capsys.readouterr()
    return status, found.out, found.err


def two(**values: Any) -> list[dict[str, Any]]:
    return [
        manifest(NUMPY, PANDAS, PYTZ, target="//a:one", **values),
        manifest(NUMPY, PANDAS, PYTZ, target="//b:two"),
    ]


def test_layers_are_proposed_with_their_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = repository(tmp_path, *two())
    assert run(capsys, root, "--max", "1") == (
        0,
        "python3.12 x86_64: 2 functions, 118.8 MiB a week without layers, 2.2 MiB a week with these: 98.2% less (the "
        "least of all choices)\n"
        "\n"
        "  //layers:pandas  2.9 MiB, for 2 functions, 2.1 MiB a week\n"
        "    holds numpy 1.0, pandas 1.0, pytz 1.0\n"
        "\n"
        "  write into the functions' rules:\n"
        '  //a:one: layers = ["//layers:pandas"],  # 59.4 MiB a week -> 20.0 KiB a week\n'
        '  //b:two: layers = ["//layers:pandas"],  # 59.4 MiB a week -> 20.0 KiB a week\n'
        "\n"
        "layers/BUILD (--write writes it):\n"
        "\n"
        "python_lambda_layer(\n"
        '    name = "pandas",\n'
        '    architecture = "x86_64",\n'
        '    runtime = "python3.12",\n'
        '    visibility = ["PUBLIC"],\n'
        '    deps = ["//third_party/python:pandas"],\n'
        ")\n"
        "\n",
        "",
    )


def test_layers_of_today_are_thought_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_layer = manifest(target="//a:one", layers=[layer("//l:l", NUMPY, PANDAS, PYTZ)])
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
    expected = run(capsys, repository(tmp_path / "x", *two()))
    assert run(capsys, repository(tmp_path / "y", with_layer, two()[1])) == expected


def test_the_rules_are_written_between_their_marks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = repository(tmp_path, *two())
    status, out, _ = run(capsys, root, "--max", "1", "--write", "--package", "aws/layers")
    assert (status, out.splitlines()[-1]) == (0, "wrote aws/layers/BUILD")
    path = root / "aws/layers/BUILD"
    text = path.read_text()
    assert text.startswith(
        'subinclude("///awslambda//build_defs:awslambda")\n\n'
        "# lambda_layers: begin. Made by lambda_layers; what stands up to the end is made anew.\n\npython_lambda_layer(\n"
    )
    assert text.endswith(")\n\n# lambda_layers: end.\n")
    path.write_text("# mine\n" + text.replace("pandas", "other") + "# mine too\n")
    run(capsys, root, "--max", "1", "--write", "--package", "aws/layers")
    assert path.read_text() == f"# mine\n{text}# mine too\n"
    path.write_text(text.replace("# lambda_layers: end.\n", ""))
    assert run(capsys, root, "--write", "--package", "aws/layers")[::2] == (
        1,
        f"lambda_layers: error: {path} has not one line '# lambda_layers: begin. Made by lambda_layers; what stands up to "
        "the end is made anew.' and one line '# lambda_layers: end.' behind it; mend them, or take both out\n",
    )


def test_each_platform_has_layers_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = repository(tmp_path, *two(architecture="arm64"))
    status, out, _ = run(capsys, root, "--max", "1")
    assert status == 0
    assert [line for line in out.splitlines() if line.startswith("    name")] == [
        '    name = "pandas_312_arm64",',
        '    name = "pandas_312_x8664",',
    ]


def test_functions_at_the_edge_have_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = repository(tmp_path, manifest(NUMPY, edge="viewer-request"))
    assert run(capsys, root) == (
        1,
        "",
        "lambda_layers: error: all functions are for the edge, where there are no layers\n",
    )


def test_nothing_to_gain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = repository(tmp_path, manifest(target="//a:one"))
    assert run(capsys, root) == (
        0,
        "python3.12 x86_64: 1 functions, 20.0 KiB a week. No layer would make it less.\n\n",
        "",
    )


def test_rates_of_some(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = repository(tmp_path, *two())
    _, out, _ = run(capsys, root, "--max", "1", "--edits", "0", "--updates", "0", "--update", "PyTZ=7")
    # An update of pytz uploads all of a zip that has it, so that pytz alone is the layer.
    assert "    holds pytz 1.0\n" in out
    assert "//a:one: layers = " in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--edit", "//c:c=2"], "--edit: no function //c:c is built; there are //a:one, //b:two"),
        (
            ["--update", "six=2"],
            "--update: no function has a distribution six; there are numpy, pandas, pytz",
        ),
        (["--update", "six"], "--update: 'six' is not how often a week; write a number such as 20 or 0.25"),
        (["--update", "=2"], "--update: '=2' has no name before its rate"),
        (["--package", "../x"], "--package: '../x' is not a folder of the repository, such as layers"),
    ],
)
def test_arguments_that_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    root = repository(tmp_path, *two())
    assert run(capsys, root, *arguments) == (1, "", f"lambda_layers: error: {message}\n")


@pytest.mark.parametrize("arguments", [["--max", "0"], ["--edits", "often"], ["--updates", "-1"]])
def test_numbers_that_cannot_be(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
