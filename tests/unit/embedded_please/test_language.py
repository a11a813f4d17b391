"""Tests of the BUILD language, most of them as values of expressions."""

from __future__ import annotations

import pytest

from tests.unit.embedded_please.engine import Repository

_WILDCARD = "//x:all stands for several targets; one is wanted here"
_TYPES = "bool, str, int, list, dict, function, config"
_REAL_PLEASE = "(the embedded engine knows no such rule or function; real Please may)"

# Real Please 17.31.2 gives these values.
VALUES = {
    '"%s-%d-%s" % ("a", 3, "b")': "a-3-b",
    '"x %s" % "y"': "x y",
    "[1, 2]": "[1 2]",
    '{"b": 1, "a": [True, None]}': '{"a": [True None], "b": 1}',
    '"{}-{k}-${v}-${{w}}-{zz}".format(1, k = 2)': "1-2-${v}-${w}-{zz}",
    'f"${PATH} {CONFIG.OS}" == "${PATH} " + CONFIG.OS': "True",
    'f"{{x}}"': "{x}",
    '"abc"[1:]': "bc",
    '"abc"[-1]': "c",
    'len("abc")': "3",
    '"a/b/c".partition("/")': "[a / b/c]",
    '"a/b/c".rpartition("/")': "[a/b / c]",
    '"a b".split()': "[a b]",
    '"a,b".split(",")': "[a b]",
    'sorted(["b", "a"])': "[a b]",
    'sorted(["b", "c"], reverse = True)': "[c b]",
    "reversed([1, 2])": "[2 1]",
    '{"z": 1, "y": 2}.keys()': "[y z]",
    '[k + str(v) for k, v in {"z": 1, "y": 2}.items()]': "[y2 z1]",
    'join_path("a", "../b", "c")': "b/c",
    'split_path("a/b/c")': "[a/b c]",
    'splitext("a.tar.gz")': "[a.tar .gz]",
    'basename("a/b")': "b",
    'dirname("a/b")': "a",
    "7 // 2": "3",
    "7 % 4": "3",
    '1 if "a" in "ab" else 2': "1",
    '{"a": 1} | {"b": 2}': '{"a": 1, "b": 2}',
    'tag("n", "x")': "_n#x",
    'tag("_n#x", "y")': "_n#x_y",
    '" x \\n".strip()': "x",
    '"aXb".lower() + "y".upper()': "axbY",
    '"a1".matches("[0-9]")': "True",
    'is_semver("v1.2.3")': "True",
    'is_semver("1.2")': "False",
    'json({"b": [1, "x"], "a": None})': '{"a":null,"b":[1,"x"]}',
    'enumerate(["p", "q"])': "[[0 p] [1 q]]",
    "zip([1, 2], [3, 4])": "[[1 3] [2 4]]",
    "any([0, 1])": "True",
    "all([0, 1])": "False",
    "max([1, 3, 2]) - min([1, 3, 2])": "2",
    '"-".join(["a" + str(i) for i in range(3)])': "a0-a1-a2",
    "bool([])": "False",
    'int("3") + 1': "4",
    'isinstance("a", str)': "True",
    "isinstance([1], [str, list])": "True",
    "isinstance((1, 2), list)": "True",
    "isinstance({}, dict)": "True",
    "isinstance(1, str)": "False",
    '"x".ljust(3, ".") + "|" + "x".rjust(2)': "x..| x",
    "map(lambda x: x + 1, [1, 2])": "[2 3]",
    "filter(lambda x: x > 1, [1, 2])": "[2]",
    "reduce(lambda x, y: x + y, [1, 2, 3])": "6",
    '"abc".removeprefix("a").removesuffix("c")': "b",
    '"abc".find("c") + "abc".rfind("z") + "aa".count("a")': "3",
    '"abc".replace("b", "x")': "axc",
    'package_name("//b:x")': "b",
    'canonicalise(":x")': "//:x",
    'canonicalise("//b")': "//b:b",
    'canonicalise("@sub//b:c")': "///sub//b:c",
    'looks_like_build_label(":x")': "True",
    'CONFIG.get("NOTHING", "default")': "default",
    '"OS" in CONFIG': "True",
    '{"a": {"b": 1}}.a.b': "1",
    '{"a": 1}.get("b", 2)': "2",
    "[1, 2] + [3] * 2": "[1 2 3 3]",
    "not [] and 1 < 2": "True",
    "None or 3": "3",
    "-1": "-1",
}


@pytest.mark.parametrize(("expression", "value"), VALUES.items())
def test_value(repository: Repository, expression: str, value: str) -> None:
    assert repository.text("", expression) == value


def test_arguments_that_are_lists_do_not_leak(repository: Repository) -> None:
    code = "def f(x:list=[]):\n    x += [1]\n    return x\ny = [0]\nz = f(y)\nw = f() + f()\n"
    assert repository.text(code, "[y, z, w]") == "[[0] [0 1] [1 1]]"


def test_aliases_types_and_defaults(repository: Repository) -> None:
    code = (
        "def f(labels:list&features&tags=['d'], kind:str|list=CONFIG.OS, plain=None):\n"
        "    return [labels, kind, plain]\n"
    )
    assert repository.text(code, "f(tags = ['x'], kind = ['y'])") == "[[x] [y] None]"
    assert repository.text(code, "f(None, None)[0]") == "[d]"
    assert repository.text(code, "f(None, None)[1] == CONFIG.OS") == "True"


def test_closures(repository: Repository) -> None:
    code = "def f(a):\n    def g(b):\n        return a + b\n    return g\n"
    assert repository.text(code, 'f("x")("y")') == "xy"


def test_unpacking(repository: Repository) -> None:
    code = (
        "def f():\n    return 1, 2\na, b = f()\nd = {}\nd['k'] = a\nd['k'] += b\n"
        "for x, y in [(1, 2)]:\n    a = y\n"
    )
    assert repository.text(code, "[a, b, d]") == '[2 2 {"k": 3}]'


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import os", "the BUILD language has no Import: use subinclude()"),
        ("raise x", "the BUILD language has no Raise: use fail()"),
        ("while 1:\n    pass", "the BUILD language has no While: use for"),
        ("class A:\n    pass", "the BUILD language has no ClassDef"),
        ("x = 1.5", "the BUILD language has no float"),
        ("x = {1, 2}", "the BUILD language has no Set: use a list"),
        ("x = f'{1 + 1}'", "an f-string of the BUILD language holds names and attributes only"),
        ("x = f'{a[0]}'", "an f-string of the BUILD language holds names and attributes only"),
        ("x = f'{a!r}'", "an f-string of the BUILD language holds names and attributes only"),
        ("x -= 1", "the only assignment of this kind is name += value"),
        ("f(*x)", "the BUILD language has no * or ** in a call"),
        ("x = {**y}", "the BUILD language has no **: use dict | dict"),
        ("x = 1 < 2 < 3", "the BUILD language has no chained comparison: join two with `and`"),
        ("x = y = 1", "only names and items can be assigned to"),
        ("x.y = 1", "only names and items can be assigned to"),
        (
            "def f(x:float):\n    pass",
            "float is not a type; known ones: bool, str, int, list, dict, function, config",
        ),
        ("def f(*x):\n    pass", "a function of the BUILD language has plain arguments and no decorators"),
        ("for x in []:\n    pass\nelse:\n    pass", "the BUILD language has no else after for"),
        ("x = (", "'(' was never closed"),
    ],
)
def test_what_the_language_does_not_have(repository: Repository, code: str, message: str) -> None:
    repository.write("BUILD", code + "\n")
    if code == "x = (":
        assert repository.fail("//:all")[0].startswith("BUILD:1: ")
        return
    assert repository.fail("//:all") == [f"BUILD:1: {message}"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ('fail("because")', "because"),
        ('assert 1 == 2, "sums"', "sums"),
        ("x = print", f"name 'print' is not defined {_REAL_PLEASE}"),
        ('x = "".format.__globals__', "a function has no __globals__ in the BUILD language"),
        ('x = "a".encode()', "a str has no encode in the BUILD language"),
        ("x = [].append(1)", "a list has no append in the BUILD language"),
        ('x = {"a": 1}.b', "a dict has neither a key nor a method b"),
        ('x = {"a": 1}["b"]', "no such key in the dict: 'b'"),
        ("x = {1: 2}", "keys of a dict must be strings, not int"),
        ('x = [k for k in {"a": 1}]', "a dict cannot be iterated over: use its keys() or items()"),
        ("x = CONFIG.NOTHING", "CONFIG has no NOTHING"),
        ("x = list([])", "list is not callable"),
        ('x = "%s" % True', "% needs a str, an int or a list on its right, not bool"),
        ('x = ",".join([1])', "join needs a list of str, found int"),
        ('filegroup(name = "a", source = [])', "unknown argument to build_rule: source"),
        ('filegroup(name = "a/b")', "'a/b' is not a target's name"),
        ('filegroup(name = "a", srcs = "x")', "srcs must be a list of str or a dict of such lists, not str"),
        ('filegroup(name = "a", srcs = ["/x"])', "/x is an absolute path: sources are in the package"),
        ('filegroup(name = "a", srcs = ["../x"])', "'../x' is not a path in this package"),
        ('filegroup(name = "a", deps = ["//x:all"])', _WILDCARD),
        ('filegroup(name = "a", labels = "x")', "labels must be a list of str, not str"),
        ('package(nothing = 1)', "package(): CONFIG has no NOTHING"),
        ('genrule(name = "a", out = "x", outs = ["y"], cmd = "")', 'genrule takes "out" or "outs", not both'),
    ],
)  # fmt: skip
def test_error_of_a_build_file(repository: Repository, code: str, message: str) -> None:
    repository.write("BUILD", "\n" + code + "\n")
    assert repository.fail("//:all") == [f"BUILD:2: {message}"]


def test_error_in_a_function_names_the_users_line_first(repository: Repository) -> None:
    repository.write(
        "defs/BUILD", 'filegroup(name = "defs", srcs = ["d.build_defs"], visibility = ["PUBLIC"])\n'
    )
    repository.write(
        "defs/d.build_defs", "def outer(x:str):\n    return inner(x)\n\ndef inner(x):\n    fail(x)\n"
    )
    repository.write("BUILD", 'subinclude("//defs")\n\nouter(\n    x = "wrong",\n)\nouter(1)\n')
    assert repository.fail("//:all") == [
        "BUILD:3: wrong\n  in outer, defs/d.build_defs:2\n  in inner, defs/d.build_defs:5"
    ]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("f(1)", "argument x to f must be str or list, not int"),
        ("f()", "missing required argument to f: x"),
        ('f("a", "b", "c")', "too many arguments to f"),
        ('f("a", z = 1)', "unknown argument to f: z"),
    ],
)
def test_arguments_are_checked(repository: Repository, call: str, message: str) -> None:
    repository.write("BUILD", f"def f(x:str|list, y=None):\n    pass\n{call}\n")
    assert repository.fail("//:all") == [f"BUILD:3: {message}"]


def test_warnings_are_shown(repository: Repository) -> None:
    repository.write("BUILD", 'log.warning("look %s", "here")\nlog.info("quiet")\nfilegroup(name = "a")\n')
    assert "BUILD:1: warning: look here\n" in repository.build("//:a").stderr
    assert "quiet" not in repository.build("//:a").stderr
    assert "BUILD:2: info: quiet\n" in repository.run("build", "-v", "info", "//:a").stderr


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ('glob(["*.txt"])', "[a.txt]"),
        ('glob(["**/*.txt"])', "[a.txt d/b.txt d/e/c.txt]"),
        ('glob(["d/*.txt"])', "[d/b.txt]"),
        ('glob("**/*.txt", exclude = ["b.txt"])', "[a.txt d/e/c.txt]"),
        ('glob(["**/*.txt"], exclude = ["d/e/*"])', "[a.txt d/b.txt]"),
        ('glob(["**/*.txt"], excludes = ["d"])', "[a.txt]"),
        ('glob([".*.txt"], hidden = True)', "[.h.txt]"),
        ('glob([".*.txt"], allow_empty = True)', "[]"),
        ('glob(["link"], allow_empty = True)', "[]"),
        ('glob(["link"], include_symlinks = True)', "[link]"),
    ],
)
def test_glob(repository: Repository, pattern: str, found: str) -> None:
    for path in ("p/a.txt", "p/d/b.txt", "p/d/e/c.txt", "p/.h.txt", "p/sub/x.txt", "p/sub/BUILD"):
        repository.write(path, "")
    (repository.folder / "p" / "link").symlink_to("a.txt")
    repository.write("p/BUILD", f'text_file(name = "found", content = str({pattern}))\n')
    repository.build("//p:found")
    assert repository.out("p/found") == found


def test_glob_that_finds_nothing(repository: Repository) -> None:
    repository.write("BUILD", 'glob(["*.none"], exclude = ["x"])\n')
    found = "BUILD:1: glob(['*.none'], exclude = ['x']) found no files"
    assert repository.fail("//:all") == [found + "; if that is in order, set allow_empty = True"]
