"""Charts of the operators' page: bars are as long as what they count."""

from datetime import UTC, datetime

import pytest

from catalog import charts
from catalog.figures import Hour, Window


def test_bars_stand_on_each_other_and_reach_what_they_count() -> None:
    start = datetime(2026, 11, 24, tzinfo=UTC)
    drawn = charts.bars([Hour(start, {"sweep": 30, "event-page": 10, "event-single": 10})], limit=100)
    assert drawn.top == 100
    assert [(part.slug, part.y, part.height) for part in drawn.parts] == [("sweep", "70", "30"), ("event", "50", "20")]
    assert drawn.limit_y == "0"
    assert drawn.rows[0].total == drawn.total == 50


def test_few_calls_are_drawn_large_enough_to_see() -> None:
    start = datetime(2026, 11, 24, tzinfo=UTC)
    drawn = charts.bars([Hour(start, {"sweep": 7})], limit=1_000)
    assert (drawn.top, drawn.limit_y) == (10, "")
    assert charts.bars([], limit=100).parts == ()


@pytest.mark.parametrize(
    ("used", "foreign", "parts"),
    [
        (0, 0, {"margin": "24"}),
        (50, 20, {"used": "120", "foreign": "48", "margin": "24"}),
        (95, 20, {"used": "228", "foreign": "12"}),
        (150, 0, {"used": "240"}),
    ],
)
def test_a_meter_is_never_fuller_than_full(used: int, foreign: int, parts: dict[str, str]) -> None:
    drawn = charts.meter(Window("hour", 100, 10, used, foreign))
    assert {part.slug: part.width for part in drawn} == parts
    assert Window("hour", 100, 10, used, foreign).left == max(0, 90 - used - foreign)
