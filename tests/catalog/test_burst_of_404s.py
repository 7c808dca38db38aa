"""Many beats at once that BeatConnect says it doesn't have: more likely trouble than the truth, until a list agrees."""

import pytest
from django.utils import timezone

from catalog.models.events import Dirty
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat
from tests.catalog.turns import live, paths
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

BURST = 60
FEW = 5  # an hour, in a shop of 253 beats


@pytest.fixture
def told_of(shop: Sandbox) -> list[int]:
    """The beats that webhooks have just told of, and a shop whose calls so far are forgotten."""
    shop.limits("off")
    ApiCall.objects.all().delete()
    beats = [beat["id"] for beat in shop.beats()[:BURST]]
    now = timezone.now()
    Dirty.objects.bulk_create(Dirty(kind=Dirty.Kind.BEAT, ref=pk, due_at=now, looks=1) for pk in beats)
    return beats


def gone() -> int:
    return Beat.objects.exclude(gone_at=None).count()


def test_a_burst_of_404s_for_beats_that_the_list_shows_takes_hardly_any_off_sale(
    shop: Sandbox, told_of: list[int]
) -> None:
    shop.fault("status", path="/v1/beats/", status=404)
    later = live(0.02)
    assert sum(path.startswith("/beats/") for path in paths()) > FEW, "the brake was needed"
    assert gone() <= FEW
    later = live(0.5, start=later)
    assert gone() <= FEW
    shop.clear_faults()
    live(0.2, start=later)
    assert gone() == 0
    assert not Beat.objects.exclude(missing_at=None).exists(), "the list has shown them again"


def test_beats_that_are_really_gone_are_off_sale_once_the_sweep_agrees(shop: Sandbox, told_of: list[int]) -> None:
    for pk in told_of:
        shop.remove_beat(pk)
    live(1.5)
    assert set(Beat.objects.exclude(gone_at=None).values_list("id", flat=True)) == set(told_of)
