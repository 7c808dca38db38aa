"""Beats without a date have no place in the newest list: they must not keep others on sale, nor stay for ever."""

import pytest

from catalog.models.events import Dirty
from catalog.models.mirror import Beat
from catalog.sync import runner
from tests.catalog.sweeps import live_beats
from tests.catalog.turns import turn
from tests.conftest import sweep, sweep_later
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def undated(api: Sandbox) -> tuple[Sandbox, list[int]]:
    """A full shop whose hundredth beat, the last of its page, has no date; and all beats, the newest first."""
    order = [beat["id"] for beat in api.beats()]
    api.change_beat(order[99], created_at=None)
    api.limits("10/minute,100/hour,1000/day")
    sweep()
    return api, order


def test_an_undated_beat_keeps_no_other_on_its_page_on_sale(undated: tuple[Sandbox, list[int]]) -> None:
    api, order = undated
    api.remove_beat(order[50])
    sweep_later(api)
    assert live_beats() == set(order) - {order[50]}
    assert not Dirty.objects.exists()


def test_an_undated_beat_that_no_sweep_shows_is_asked_for_and_taken_off_sale(
    undated: tuple[Sandbox, list[int]],
) -> None:
    api, order = undated
    assert Beat.objects.get(pk=order[99]).created_at is None
    api.remove_beat(order[99])
    sweep_later(api)
    assert live_beats() == set(order), "no page can tell that it is missing"
    Dirty.objects.update(due_at="2026-01-01T00:00:00Z")
    runner.once(turn())
    assert live_beats() == set(order) - {order[99]}
    assert not Dirty.objects.exists()
