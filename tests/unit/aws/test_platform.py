from __future__ import annotations

import sys

import pytest
from packaging.tags import parse_tag, sys_tags

from tools.aws.environment import FIRST_PATCH, marker_variables
from tools.aws.platform import arch_name, lambda_platforms, maintained_platforms, parse_name, parse_platform
from tools.errors import PleasingError

ARM = parse_platform("lambda313arm64")
X86 = parse_platform("lambda311x8664")


def rank(arch: str, tag: str) -> int:
    found = parse_platform(arch).rank(parse_tag(tag))
    assert found is not None, tag
    return found


def test_the_most_specific_wheel_is_preferred() -> None:
    tags = [
        "cp311-cp311-manylinux_2_26_x86_64",
        "cp311-cp311-manylinux_2_17_x86_64",
        "cp311-cp311-manylinux2014_x86_64",
        "cp311-cp311-manylinux2010_x86_64",
        "cp311-cp311-manylinux_2_5_x86_64",
        "cp311-cp311-manylinux1_x86_64",
        "cp311-cp311-linux_x86_64",
        "cp311-abi3-manylinux_2_17_x86_64",
        "cp311-none-manylinux_2_17_x86_64",
        "cp38-abi3-manylinux_2_17_x86_64",
        "py3-none-manylinux_2_17_x86_64",
        "py311-none-any",
        "py3-none-any",
    ]
    ranks = [rank("lambda311x8664", tag) for tag in tags]
    assert ranks == sorted(ranks)


def test_a_wheel_with_several_tags_is_as_good_as_its_best() -> None:
    several = "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.manylinux_2_28_x86_64"
    assert rank("lambda311x8664", several) == rank("lambda311x8664", "cp311-cp311-manylinux_2_17_x86_64")


@pytest.mark.parametrize(
    ("arch", "tag"),
    [
        ("lambda311x8664", "cp311-cp311-manylinux_2_27_x86_64"),
        ("lambda311x8664", "cp311-cp311-musllinux_1_1_x86_64"),
        ("lambda311x8664", "cp311-cp311-manylinux_2_17_aarch64"),
        ("lambda311x8664", "cp311-cp311-macosx_11_0_arm64"),
        ("lambda311x8664", "cp311-cp311-win_amd64"),
        ("lambda311x8664", "cp312-cp312-manylinux_2_17_x86_64"),
        ("lambda311x8664", "cp312-abi3-manylinux_2_17_x86_64"),
        ("lambda311x8664", "pp311-pypy311_pp73-manylinux_2_17_x86_64"),
        ("lambda313arm64", "cp313-cp313t-manylinux_2_17_aarch64"),
        ("lambda313arm64", "cp313-cp313-manylinux_2_35_aarch64"),
        ("lambda313arm64", "py2-none-any"),
    ],
)
def test_what_the_runtime_cannot_load_does_not_fit(arch: str, tag: str) -> None:
    assert parse_platform(arch).rank(parse_tag(tag)) is None


def test_amazon_linux_2023_takes_newer_wheels() -> None:
    assert ARM.system_platforms[0] == "manylinux_2_34_aarch64"
    assert ARM.system_platforms[-2:] == ("manylinux2014_aarch64", "linux_aarch64")
    assert X86.system_platforms[0] == "manylinux_2_26_x86_64"
    assert X86.system_platforms[-2:] == ("manylinux1_x86_64", "linux_x86_64")


def test_pip_is_told_the_same() -> None:
    arguments = ARM.pip_arguments()
    assert arguments[:6] == ["--implementation", "cp", "--abi", "cp313", "--python-version", "3.13.99"]
    assert arguments[6::2] == ["--platform"] * len(ARM.system_platforms)
    assert tuple(arguments[7::2]) == ARM.system_platforms


def test_the_host_is_the_interpreter_that_runs() -> None:
    host = parse_platform("host")
    assert host.python == sys.version_info[:2]
    assert host.tags == tuple(sys_tags())
    assert host.pip_arguments() == []
    assert host.marker_variables()["python_version"] == "{}.{}".format(*sys.version_info)
    assert host.title == "Python {}.{} on this machine".format(*sys.version_info)


def test_markers_see_lambda_and_not_this_machine() -> None:
    variables = ARM.marker_variables()
    assert variables["python_version"] == "3.13"
    assert variables["platform_machine"] == "aarch64"
    assert variables["sys_platform"] == "linux"
    assert ARM.title == "python3.13 on arm64"


def test_an_arch_without_a_version_is_this_interpreters_runtime() -> None:
    if any(platform.python == sys.version_info[:2] for platform in lambda_platforms()):
        assert parse_platform("lambdaarm64").python == sys.version_info[:2]


def test_an_unknown_arch_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(PleasingError) as caught:
        parse_platform("lambda27x8664")
    assert str(caught.value) == (
        "'lambda27x8664' is no platform of Lambda's: a function's runtime is one of python3.8, python3.9, python3.10, "
        "python3.11, python3.12, python3.13, python3.14, and its architecture one of x86_64, arm64; mend them in its "
        "rule or in the plugin's settings"
    )


def test_the_arch_name_is_spelled_in_one_place() -> None:
    assert arch_name((3, 13), "arm64") == "lambda313arm64"
    assert arch_name((3, 8), "x86_64") == "lambda38x8664"
    assert [platform.arch for platform in lambda_platforms()][:2] == ["lambda38x8664", "lambda38arm64"]


def test_a_command_line_names_runtime_and_architecture() -> None:
    assert parse_name("python3.13-arm64") == ARM
    assert parse_name("python3.11-x86_64") == X86
    assert [platform.name for platform in (ARM, X86, parse_platform("host"))] == [
        "python3.13-arm64",
        "python3.11-x86_64",
        "host",
    ]


@pytest.mark.parametrize(
    "text",
    ["", "python3.13", "python2.7-arm64", "python3.13-riscv", "x python3.13-arm64", "python3.13-arm64\n"],
)
def test_a_platform_that_lambda_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(PleasingError) as caught:
        parse_name(text)
    assert str(caught.value) == (
        f"platform {text!r} is unknown; expected RUNTIME-ARCHITECTURE with a runtime of python3.8, python3.9, "
        "python3.10, python3.11, python3.12, python3.13, python3.14 and an architecture of x86_64, arm64"
    )


def test_platforms_sort_by_version_and_not_by_its_letters() -> None:
    platforms = [parse_name(f"python3.{minor}-arm64") for minor in (10, 9, 13)]
    assert [platform.name for platform in sorted(platforms)] == [
        "python3.9-arm64",
        "python3.10-arm64",
        "python3.13-arm64",
    ]


def test_maintained_runtimes_are_those_of_the_day_when_the_facts_were_read() -> None:
    names = [platform.name for platform in maintained_platforms()]
    assert names[0] == "python3.11-x86_64"
    assert "python3.10-x86_64" not in names
    assert names[-1] == "python3.14-arm64"


def test_markers_of_another_machine_have_what_packaging_has_here() -> None:
    variables = marker_variables((3, 12), "darwin", "arm64", FIRST_PATCH)
    assert variables["python_full_version"] == "3.12.0"
    assert variables["platform_system"] == "Darwin"
    assert variables.keys() == parse_platform("host").marker_variables().keys()


def test_a_preview_is_a_platform_and_not_among_those_that_lambda_has() -> None:
    assert parse_platform("lambda315arm64") == parse_name("python3.15-arm64")
    assert parse_platform("lambda315arm64").system_platforms == ARM.system_platforms
    assert "lambda315arm64" not in [platform.arch for platform in lambda_platforms()]


def test_a_runtime_newer_than_the_facts_is_accepted_only_where_asked_for() -> None:
    for parse, text in ((parse_platform, "lambda316x8664"), (parse_name, "python3.16-x86_64")):
        with pytest.raises(PleasingError) as caught:
            parse(text)
        assert str(caught.value).startswith(
            "runtime 'python3.16' is not known to this version of awslambda, "
        )
        assert parse(text, accept_newer=True).arch == "lambda316x8664"


@pytest.mark.parametrize(
    "arch", ["lambda313", "lambda313riscv", "lambda3013arm64", "lambda313arm64\n", "lambda3999arm64"]
)
def test_what_is_no_arch_of_lambda_is_refused(arch: str) -> None:
    with pytest.raises(PleasingError) as caught:
        parse_platform(arch, accept_newer=True)
    assert str(caught.value).startswith(f"{arch!r} is no platform of Lambda's: ")
