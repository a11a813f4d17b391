"""What a build proves of a function's imports: each case fails the build, on both engines, and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.harness import PLEASE, ROOT, Repository, call
from tests.e2e.test_function import CALL, LAMBDA

pytestmark = pytest.mark.network


@pytest.fixture
def repository(engine: str, tmp_path: Path) -> Repository:
    """A function without native code, so that its runtime may be any."""
    repository = Repository("function", tmp_path, engine)
    repository.edit("svc/echo.py", "import msgspec\n", "import json\n")
    repository.edit("svc/echo.py", "msgspec.json.encode(", "json.dumps(")
    repository.edit("svc/echo.py", ").decode()", ")")
    repository.edit("svc/BUILD", '        "//third_party/python:msgspec",\n', "")
    return repository


def test_a_distribution_that_is_not_in_deps(repository: Repository) -> None:
    repository.build(LAMBDA)
    repository.edit("svc/echo.py", "import json\n", "import json\nimport requests\n")
    output = repository.fail(LAMBDA)
    assert (
        "svc/echo.py:2: 'import requests' fails in Lambda: requests is neither in the zip nor in python3."
        in output
    )
    assert "add '//third_party/python:requests' to deps" in output
    assert not repository.zip(LAMBDA).exists()


def test_a_first_party_module_that_is_not_in_deps(repository: Repository) -> None:
    repository.edit("svc/echo.py", "import json\n", "import json\nfrom acme.orders import model\n")
    output = repository.fail(LAMBDA)
    assert (
        "svc/echo.py:2: 'from acme.orders import model' fails in Lambda: acme.orders is neither in the zip"
        in output
    )
    assert "Add the library that has src/python/acme/orders.py to deps." in output


def test_a_module_that_the_runtime_does_not_have_yet(repository: Repository) -> None:
    repository.edit("svc/echo.py", "import json\n", "import json\nimport tomllib\n")
    repository.edit("svc/BUILD", 'exclude = ["*.pyi"],', 'runtime = "python3.10",')
    output = repository.fail(LAMBDA)
    assert (
        "svc/echo.py:2: 'import tomllib' fails in Lambda: tomllib is neither in the zip nor in python3.10."
        in output
    )
    assert "Set runtime = 'python3.11' or newer" in output
    repository.edit("svc/BUILD", 'runtime = "python3.10",', 'runtime = "python3.11",')
    repository.build(LAMBDA)


def test_an_import_through_a_source_root(repository: Repository) -> None:
    repository.edit("svc/echo.py", "from acme.billing.invoice", "from src.python.acme.billing.invoice")
    output = repository.fail(LAMBDA)
    assert "src/python is a source root: what is below it is imported from the zip's root." in output
    assert "Write 'from acme.billing.invoice import total'" in output


def test_a_handler_that_lambda_cannot_call(repository: Repository) -> None:
    repository.edit("svc/echo.py", "def answer(event, context):", "def answer(event):")
    output = repository.fail(LAMBDA)
    assert "Lambda calls 'answer' with an event and a context, but it takes 1 argument" in output


def test_what_only_may_run_is_a_warning(repository: Repository, tmp_path: Path) -> None:
    repository.edit(
        "svc/echo.py", "context):\n", "context):\n    if event is None:\n        import requests\n"
    )
    run = repository.build(LAMBDA)
    assert "'import requests' fails if it runs" in run.output
    assert call(repository.zip(LAMBDA), tmp_path / "task", CALL) != ""
    assert repository.manifest(LAMBDA)["imports"] == {"checked": True, "ok": []}


def test_the_layout_of_the_page_on_source_roots(engine: str, tmp_path: Path) -> None:
    repository = Repository("function", tmp_path, engine)
    page = (ROOT / "docs" / "source_roots.md").read_text()
    assert (repository.path / "roots.py").read_text() in page
    repository.build("//svc/bill:lambda")
    code = "import lambda_function; print(lambda_function.handler({'prices': [1, 2]}, None))"
    assert call(repository.zip("//svc/bill:lambda"), tmp_path / "task", code) == "3\n"
    ran = repository.run("run", "//svc/bill:run")
    assert (ran.status, ran.stdout) == (0, "3\n"), ran.output
    if engine == PLEASE:  # the embedded engine runs no tests
        tested = repository.run("test", "//svc/bill:test")
        assert tested.status == 0, tested.output
