"""A page of the list that is read and yet of no use: bad items, or a total that contradicts the others'."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from catalog.gateway import site_gateway
from catalog.models.events import Dirty
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat
from catalog.quota.purposes import BUYER
from catalog.state import read_state
from tests.catalog.sweeps import break_page, is_whole, live_beats, on_page, swept_pages, told
from tests.catalog.turns import live, paths
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def sync(*options: str) -> list[str]:
    """Run the command here, and return the lines it wrote."""
    written = StringIO()
    call_command("sync_catalog", *options, stdout=written)
    return written.getvalue().splitlines()


@pytest.fixture
def full(shop: Sandbox) -> Sandbox:
    """A full shop whose calls so far are forgotten."""
    shop.limits("off")
    ApiCall.objects.all().delete()
    return shop


def test_a_sweep_that_was_not_whole_ends_in_an_error_and_the_status_tells_of_it(api: Sandbox) -> None:
    for beat in api.beats()[100:200]:
        api.change_beat(beat["id"], price=-5)
    api.limits("off")
    ApiCall.objects.all().delete()
    with pytest.raises(CommandError, match="list were of no use"):
        sync("--once")
    assert "trouble    Pages of BeatConnect's list were of no use" in "\n".join(sync("--status"))
    # A run that came to no end says nothing of one.
    ApiCall.objects.all().delete()
    for _ in range(9):
        site_gateway().ledger.acquire(BUYER, "/beats")
    sync("--once", "--no-wait")
    api.reset()
    ApiCall.objects.all().delete()
    assert not any(line.startswith("trouble") for line in sync("--once"))


# What a change of the API's format would look like: refused where it is read, and where it is cleaned.
@pytest.mark.parametrize("change", [{"price": -5}, {"bpm": 900}])
def test_a_page_of_bad_items_is_a_hole(api: Sandbox, client: Client, change: dict[str, Any]) -> None:
    api.limits("off")
    wanted, spoilt = api.beats(), on_page(api, 2)
    for pk in spoilt:
        api.change_beat(pk, **change)
    later = live(0.3)
    assert live_beats() == {beat["id"] for beat in wanted} - spoilt
    assert (read_state().complete, read_state().sweep_trouble) == (False, "holes")
    assert client.get(f"/beats/{min(spoilt)}/").status_code == 503, "a 404 would be a lie"
    for beat in wanted:
        api.change_beat(beat["id"], **beat)
    live(0.4, start=later)
    assert is_whole(later)


def test_a_full_shop_does_not_pass_for_fresh_behind_a_page_of_bad_items(full: Sandbox) -> None:
    as_of = read_state().as_of
    for pk in sorted(on_page(full, 2))[:21]:
        full.change_beat(pk, price=-5)
    live(0.3)
    assert (read_state().as_of, read_state().sweep_trouble) == (as_of, "holes")
    assert len(live_beats()) == 253
    assert not Dirty.objects.exists(), "nobody is suspected"


def test_a_few_bad_items_are_no_hole_not_even_on_a_short_last_page(full: Sandbox) -> None:
    for beat in full.beats()[201:]:
        full.remove_beat(beat["id"])
    Beat.objects.exclude(id__in=[beat["id"] for beat in full.beats()]).update(gone_at=timezone.now())
    for pk in [*sorted(on_page(full, 2))[:20], *on_page(full, 3)]:
        full.change_beat(pk, price=-5)
    start = timezone.now()
    live(0.3)
    assert is_whole(start)


def test_an_empty_page_that_says_there_is_nothing_holds_no_other_up(full: Sandbox) -> None:
    break_page(full, 2, **told(full, 2, empty=True, total=0, last_page=1))
    live(0.4)
    assert read_state().sweep_trouble == "holes"
    assert len(live_beats()) == 253
    assert swept_pages() == {1, 2, 3}


@pytest.mark.parametrize("number", [2, 3])
def test_a_page_that_tells_another_total_than_the_others_keeps_no_other_waiting(full: Sandbox, number: int) -> None:
    as_of, beats = read_state().as_of, full.beats()
    for index in (40, 140, 240):
        full.change_beat(beats[index]["id"], title="Changed")
    break_page(full, number, **told(full, number, total=252))
    later = live(0.5)
    assert Beat.objects.filter(title="Changed").count() == 3
    assert (read_state().as_of, read_state().sweep_trouble) == (as_of, "holes")
    asked = [paths().count(f"/beats?sort=newest&page={page}") for page in (1, 2, 3)]
    assert max(asked) <= 2 * (min(asked) + 1), "it goes back for it once in each round"
    assert len(live_beats()) == 253
    full.clear_faults()
    live(0.4, start=later)
    assert is_whole(later)
