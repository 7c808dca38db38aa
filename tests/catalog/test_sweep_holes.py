"""A page of the list that can't be read: the sweep goes on without it, and does not claim to be whole."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import fixtures

from catalog.models.events import Dirty
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat
from catalog.state import read_state
from catalog.status import service_state
from tests.catalog.sweeps import break_page, is_whole, live_beats, on_page, swept_pages, told
from tests.catalog.turns import live, paths, swept
from tests.sandbox import SHOP, Sandbox

pytestmark = pytest.mark.django_db

PACED_AN_HOUR = 3600 / 95
TROUBLE: dict[str, dict[str, Any]] = {
    "500": {"name": "status", "status": 500},
    "503": {"name": "status", "status": 503},
    "404": {"name": "status", "status": 404},
    "no JSON": {"name": "malformed"},
    "a web page": {"name": "raw", "body": "<html>Sorry</html>", "content_type": "text/html", "status": 200},
    "another shape": {"name": "raw", "body": '{"data": {"beats": {}}}', "status": 200},
    "no answer": {"name": "reset"},
}


@pytest.fixture
def full(shop: Sandbox) -> Sandbox:
    """A full shop whose calls so far are forgotten."""
    shop.limits("off")
    ApiCall.objects.all().delete()
    return shop


@pytest.mark.parametrize("pagination", [{}, {"total": None}, {"last_page": None}])
def test_a_first_fill_with_an_empty_page_is_not_complete_and_tries_again_in_peace(
    api: Sandbox, pagination: dict[str, Any]
) -> None:
    api.limits("off")
    wanted = {beat["id"] for beat in api.beats()}
    missing = on_page(api, 2)
    for number in (1, 2, 3):
        break_page(api, number, **told(api, number, empty=number == 2, **pagination))
    later = live(0.5)
    assert live_beats() == wanted - missing
    assert (read_state().complete, read_state().sweep_trouble) == (False, "holes")
    assert 6 <= swept() <= 3 + PACED_AN_HOUR / 2 + 1
    api.clear_faults()
    live(0.3, start=later)
    assert live_beats() == wanted
    assert is_whole(later)


def test_a_sweep_with_an_empty_page_makes_nothing_fresh_and_takes_nothing_off_sale(full: Sandbox) -> None:
    before, as_of = live_beats(), read_state().as_of
    break_page(full, 2, **told(full, 2, empty=True))
    later = live(0.3)
    assert live_beats() == before
    assert read_state().as_of == as_of
    assert not any(path.startswith("/beats/") and path.count("/") == 2 for path in paths()), "nobody is suspected"
    assert not Dirty.objects.exists()
    full.clear_faults()
    live(0.4, start=later)
    assert is_whole(later)


@pytest.mark.parametrize(
    ("number", "trouble"), [(1, "500"), (2, "503"), (2, "no JSON"), (3, "another shape"), (3, "no answer")]
)
def test_a_page_that_can_not_be_read_holds_no_other_up(full: Sandbox, number: int, trouble: str) -> None:
    beats, as_of = full.beats(), read_state().as_of
    others = [page for page in (1, 2, 3) if page != number]
    for page in others:
        full.change_beat(beats[page * 100 - 70]["id"], title="Changed")
    break_page(full, number, **TROUBLE[trouble])
    later = live(0.4)
    assert Beat.objects.filter(title="Changed").count() == len(others)
    assert len(live_beats()) == 253
    assert read_state().as_of == as_of
    assert swept() <= PACED_AN_HOUR * 0.4 * 2 + 1, "a call and its one retry at the most"
    full.clear_faults()
    live(0.4, start=later)
    assert is_whole(later)
    assert service_state(later).name == "normal"


@pytest.mark.parametrize(("number", "trouble"), [(1, "another shape"), (2, "503"), (2, "a web page"), (3, "404")])
def test_a_first_fill_goes_on_behind_a_page_that_can_not_be_read(api: Sandbox, number: int, trouble: str) -> None:
    api.limits("off")
    wanted, missing = {beat["id"] for beat in api.beats()}, on_page(api, number)
    break_page(api, number, **TROUBLE[trouble])
    later = live(0.4)
    assert live_beats() == wanted - missing
    assert not read_state().complete
    assert swept() <= PACED_AN_HOUR * 0.4 * 2 + 6
    api.clear_faults()
    live(0.4, start=later)
    assert live_beats() == wanted
    assert is_whole(later)


def test_what_failed_is_remembered_from_one_process_to_the_next(api: Sandbox) -> None:
    api.limits("off")
    break_page(api, 2, **TROUBLE["no JSON"])
    for _ in range(3):
        with pytest.raises(CommandError):
            call_command("sync_catalog", "--once")
    assert Beat.objects.count() == 100
    with pytest.raises(CommandError, match="were of no use"):
        call_command("sync_catalog", "--once")
    assert Beat.objects.count() == 153
    assert not read_state().complete


@pytest.mark.parametrize("trouble", ["500", "a web page", "another shape"])
def test_an_api_that_is_down_altogether_is_hardly_asked_and_soon_caught_up_with(full: Sandbox, trouble: str) -> None:
    before, as_of = live_beats(), read_state().as_of
    fault = dict(TROUBLE[trouble])
    full.fault(fault.pop("name"), path="/v1", **fault)
    later = live(2)
    assert live_beats() == before
    assert read_state().as_of == as_of
    assert len(paths()) <= 2 * 6 + 15, "a probe every ten minutes"
    assert service_state(later).name == "frozen"
    full.clear_faults()
    live(0.75, start=later)
    assert is_whole(later)


@pytest.mark.parametrize("trouble", ["500", "another shape"])
def test_an_empty_shop_does_not_spend_its_day_on_a_list_that_can_not_be_read(api: Sandbox, trouble: str) -> None:
    api.limits("off")
    fault = dict(TROUBLE[trouble])
    api.fault(fault.pop("name"), path="/v1/beats", **fault)
    later = live(1)
    assert len(paths()) <= PACED_AN_HOUR + 10
    api.clear_faults()
    live(0.4, start=later)
    assert len(live_beats()) == 253


# --- A catalogue of ten pages ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ten_pages_server() -> Iterator[Sandbox]:
    with Sandbox(beats=1_000, limits="off") as server:
        yield server


@pytest.fixture
def ten_pages(ten_pages_server: Sandbox, settings: fixtures.Settings) -> Sandbox:
    ten_pages_server.reset()
    settings.BEATCONNECT_API_URL = ten_pages_server.api_url
    settings.BEATCONNECT_API_KEY = SHOP
    settings.BEATCONNECT_MEDIA_HOSTS = [ten_pages_server.origin]
    return ten_pages_server


def test_pages_side_by_side_are_passed_too(ten_pages: Sandbox) -> None:
    for number in (4, 5, 6):
        break_page(ten_pages, number, **TROUBLE["another shape"])
    live(1.5)
    assert swept_pages() == set(range(1, 11))
    popular = {path for path in paths() if "sort=popular" in path}
    assert {f"/beats?sort=popular&page={number}" for number in range(1, 11)} <= popular


def test_while_the_api_is_down_the_sweep_stays_where_it_is(ten_pages: Sandbox) -> None:
    later = live(0.01)
    reached = read_state().sweep_position
    assert 0 < reached < 1_000
    ten_pages.fault("status", path="/v1", status=500)
    later = live(2, start=later)
    assert read_state().sweep_position == reached
    assert not read_state().sweep_holed
    ten_pages.clear_faults()
    live(1, start=later)
    assert len(live_beats()) == 1_000


def test_a_first_page_that_can_not_be_read_holds_up_no_sweep_of_a_large_catalogue(ten_pages: Sandbox) -> None:
    sweep_all_at_once()
    break_page(ten_pages, 1, **TROUBLE["500"])
    live(1)
    assert swept_pages() == set(range(1, 11))


def sweep_all_at_once() -> None:
    for _ in range(2):
        call_command("sync_catalog", "--once", "--no-wait")
        ApiCall.objects.all().delete()
