"""Beats that a list leaves out, too many to be believed: each is asked for by itself, and not again and again."""

import json
from typing import Any

import pytest

from catalog.models.events import Dirty
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat
from tests.catalog.turns import live, paths, swept
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def left_out(shop: Sandbox) -> list[int]:
    """Beats that a list leaves out, too many to be believed, at a time when no call is counted yet."""
    shop.limits("off")
    ApiCall.objects.all().delete()
    beats = [beat["id"] for beat in shop.beats()[40:70]]
    answer: dict[str, Any] = shop.get("/v1/beats", sort="newest", limit=100, page=1).json()
    answer["data"]["beats"] = [beat for beat in answer["data"]["beats"] if beat["id"] not in beats]
    shop.fault(
        "raw",
        path="/v1/beats",
        query={"page": 1, "sort": "newest"},
        body=json.dumps(answer),
        status=200,
        content_type="application/json",
    )
    return beats


@pytest.mark.parametrize(
    ("fault", "options", "most"),
    # What errs is asked for once more on the spot.
    [(None, {}, 1), ("status", {"status": 500}, 8), ("raw", {"body": "{}", "content_type": "application/json"}, 4)],
    ids=["there after all", "error", "nonsense"],
)
def test_a_list_that_leaves_beats_out_for_good_costs_a_few_calls(
    shop: Sandbox, left_out: list[int], fault: str | None, options: dict[str, Any], most: int
) -> None:
    if fault:
        # Not all: an API that fails wherever it is asked for a beat would be paused instead.
        for pk in left_out[:3]:
            shop.fault(fault, path=f"/v1/beats/{pk}", **options)
    live(1.5, step=20)
    asked = [path for path in paths() if path.startswith("/beats/") and path.count("/") == 2]
    assert set(asked) == {f"/beats/{pk}" for pk in left_out}, "each is asked for"
    assert max(asked.count(path) for path in set(asked)) <= most
    assert not Beat.objects.exclude(gone_at=None).exists()
    assert swept() >= 40


def test_suspects_that_are_gone_are_taken_off_sale_by_one_call_each(shop: Sandbox, left_out: list[int]) -> None:
    for pk in left_out[:3]:
        shop.fault("status", path=f"/v1/beats/{pk}", status=404)
    later = live(0.4, step=20)
    assert set(Beat.objects.exclude(gone_at=None).values_list("id", flat=True)) == set(left_out[:3])
    assert [paths().count(f"/beats/{pk}") for pk in left_out[:3]] == [1, 1, 1]
    # Once the list shows the others again nobody is in doubt.
    assert Dirty.objects.count() > 10
    shop.clear_faults()
    live(0.2, start=later, step=20)
    assert not Dirty.objects.exists()
