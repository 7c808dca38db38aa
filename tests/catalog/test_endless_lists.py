"""A list without an end: pages that go on for ever, or that repeat one another."""

import json
from typing import Any

import pytest

from catalog.state import read_state
from catalog.sync import sweep
from tests.catalog.sweeps import live_beats, next_page
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def test_a_list_that_never_ends_is_left(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "MOST_PAGES", 4)
    for page in range(1, 5):
        beat = {"id": 100 - page, "title": "Another", "created_at": f"2026-01-01T00:00:{50 - page}Z"}
        answer_with(api, page, [beat])
    assert [next_page() for _ in range(4)] == [False, False, False, True]
    assert (read_state().complete, read_state().sweep_trouble) == (False, "endless")


def answer_with(api: Sandbox, page: int | None, beats: list[dict[str, Any]]) -> None:
    """Have the list answered with these beats, without a word of how many there are; page None means every page."""
    query = {"query": {"page": page}} if page else {}
    body, kind = json.dumps({"data": beats}), "application/json"
    api.fault("raw", path="/v1/beats", body=body, content_type=kind, status=200, **query)


@pytest.mark.parametrize("dated", [{"created_at": "2026-01-01T00:00:00Z"}, {}])
def test_a_list_that_is_the_same_on_each_page_is_left_after_a_few(api: Sandbox, dated: dict[str, str]) -> None:
    answer_with(api, None, [{"id": 1, "title": "Again", **dated}])
    assert [next_page() for _ in range(4)] == [False, False, False, True]
    assert (read_state().complete, read_state().sweep_trouble) == (False, "endless")


def test_a_list_that_repeats_its_first_page_to_its_end_has_a_hole(api: Sandbox) -> None:
    first = api.get("/v1/beats", sort="newest", limit=100, page=1).text
    api.fault("raw", path="/v1/beats", body=first, content_type="application/json", status=200)
    assert [next_page() for _ in range(3)] == [False, False, True]
    assert (read_state().complete, read_state().sweep_trouble) == (False, "holes")


def test_a_list_that_repeats_its_first_page_and_grows_meanwhile_is_left(api: Sandbox) -> None:
    beats = [{"id": 100 - pk, "title": "Again", "created_at": f"2026-01-01T00:{50 - pk}:00Z"} for pk in range(20)]
    for page in range(1, 5):
        answer_with(api, page, beats[8 - 2 * page : 18 - 2 * page])
    assert [next_page() for _ in range(4)] == [False, False, False, True]
    assert read_state().sweep_trouble == "endless"


@pytest.mark.parametrize(
    "moment", ["2026-01-01T00:0{page}:00Z", "2026-01-01T00:00:00Z"], ids=["oldest first", "at once"]
)
def test_a_list_in_another_order_is_swept_to_its_end(api: Sandbox, moment: str) -> None:
    for page in range(1, 7):
        answer_with(api, page, [{"id": page, "title": "Once", "created_at": moment.format(page=page)}])
    answer_with(api, 7, [])
    while not next_page():
        pass
    assert (read_state().complete, read_state().sweep_trouble) == (True, "")
    assert len(live_beats()) == 6


def test_a_page_that_slid_down_by_a_page_is_read_twice_and_no_trouble(api: Sandbox) -> None:
    api.limits("off")
    next_page()
    for _ in range(250):
        api.add_beat(title="Arrived")
    while not next_page():
        pass
    assert (read_state().complete, read_state().sweep_trouble) == (True, "")
