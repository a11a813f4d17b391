import pytest


def test_total(invoke):
    assert invoke({"prices": [1, 2]}) == {"total": 3}
    assert "asked for ['prices']" in invoke.outcome.log


def test_nothing_to_add(invoke):
    with pytest.raises(invoke.error) as caught:
        invoke({"prices": []})
    assert caught.value.type == "ValueError"
    assert 'File "src/python/acme/orders.py", line 4, in total' in str(caught.value)
    assert invoke.outcome.init_ms is None, "the function is warm"
