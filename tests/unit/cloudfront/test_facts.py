from __future__ import annotations

from tools.aws.facts import ARCHITECTURES, ZIP_LIMITS
from tools.cloudfront.facts import ARCHITECTURE, DISALLOWED_HEADERS, DISALLOWED_PREFIXES, EVENTS


def test_each_event_has_the_cap_of_its_side() -> None:
    assert {event.preset for event in EVENTS.values()} == {
        name for name in ZIP_LIMITS if name.startswith("edge-")
    }
    for name, event in EVENTS.items():
        assert name == event.name
        assert event.is_request == name.endswith("request")
        assert event.preset == f"edge-{name.partition('-')[0]}"
    viewer = EVENTS["viewer-request"]
    assert (viewer.max_memory, viewer.timeout, viewer.max_response) == (128, 5, 40_960)


def test_headers_are_in_lower_case_and_in_one_list() -> None:
    read_only = frozenset().union(*(event.read_only_headers for event in EVENTS.values()))
    for name in read_only | DISALLOWED_HEADERS:
        assert name == name.lower()
        assert not name.startswith(DISALLOWED_PREFIXES)
    assert not read_only & DISALLOWED_HEADERS


def test_the_architecture_is_one_of_lambdas() -> None:
    assert ARCHITECTURE in ARCHITECTURES
