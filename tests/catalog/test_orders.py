"""The orders of the lists come out of an index: nothing is sorted anew for each visitor, on either database."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection

from catalog.criteria import SORTS, Criteria
from catalog.facets.counting import Reference
from catalog.models.mirror import Beat
from catalog.queries import matching, page_of
from tests.sandbox import Sandbox

TWICE_OR_HALF = {*range(100, 111), *range(50, 56), *range(200, 221)}
IN_ONE = (Criteria(genres=(2,)), Criteria(genres=(2,), sort="popular"), Criteria(producer=5001))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [*(Criteria(sort=sort) for sort in SORTS), *IN_ONE],
    ids=[*SORTS, "a genre's newest", "a genre's most played", "a producer's newest"],
)
def test_a_list_is_read_off_an_index(shop: Sandbox, asked: Criteria) -> None:
    if connection.vendor == "postgresql":
        # So few rows would be sorted because that is cheap: what is asked is whether the index could do it.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_seqscan = off")
    rows = matching(asked).select_related(None).values("id")
    plan = rows[:24].explain()
    assert "beat_" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.django_db
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize(
    ("asked", "reference"),
    [
        (Criteria(), None),
        (Criteria(bpm_min=90, bpm_max=120, tones=(1, 2, 3)), None),
        (Criteria(bpm_min=90, bpm_max=120, any_time=True), None),
        (Criteria(genres=(2, 3), price_min=Decimal(20), price_max=Decimal("99.50")), None),
        (Criteria(), Reference(7, 100, 4)),
    ],
    ids=["all", "tempo and keys", "half and double time", "genres and price", "mixes"],
)
def test_a_page_is_found_by_walking_along_its_order(
    shop: Sandbox, sort: str, asked: Criteria, reference: Reference | None
) -> None:
    """Which beats stand on it is told by the order's index alone, without a look at those that it passes over."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    found = matching(replace(asked, sort=sort), reference)
    plan = found.select_related(None).values_list("pk", flat=True)[216:240].explain()
    assert ("Index Only Scan" if connection.vendor == "postgresql" else "COVERING INDEX") in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.django_db
def test_filters_find_what_they_say(shop: Sandbox) -> None:
    """Whether a column's index is seen or not, and prices come as texts or not: neither changes what fits."""
    everyone = list(Beat.objects.filter(gone_at=None))
    prices = sorted(beat.price for beat in everyone if beat.price)
    cheap, dear = prices[len(prices) // 3], prices[-1]
    for asked, fits in (
        (Criteria(bpm_min=100, bpm_max=120), lambda beat: beat.bpm in range(100, 121)),
        (Criteria(tones=(1, 2, 3)), lambda beat: beat.tone in {1, 2, 3}),
        (Criteria(genres=(2, 3), sort="price_asc"), lambda beat: beat.genre_id in {2, 3}),
        (Criteria(genres=(2,), sort="bpm_asc"), lambda beat: beat.genre_id == 2),
        (Criteria(producer=5001, sort="popular"), lambda beat: beat.producer_id == 5001),
        (Criteria(bpm_min=100, bpm_max=110, any_time=True), lambda beat: beat.bpm in TWICE_OR_HALF),
        (
            Criteria(bpm_min=100, bpm_max=120, sort="bpm_asc"),
            lambda beat: beat.bpm in range(100, 121),
        ),
        (Criteria(price_max=cheap, sort="price_desc"), lambda beat: beat.price is not None and beat.price <= cheap),
        (Criteria(price_min=cheap), lambda beat: beat.price is not None and beat.price >= cheap),
        (Criteria(price_max=cheap), lambda beat: beat.price is not None and beat.price <= cheap),
        (Criteria(price_min=dear, price_max=dear), lambda beat: beat.price == dear),
    ):
        expected = {beat.pk for beat in everyone if fits(beat)}
        assert expected
        assert {beat.pk for beat in matching(asked)} == expected, asked


@pytest.mark.django_db
@pytest.mark.parametrize("start", [0, 24, 240])
def test_a_page_holds_the_beats_that_its_place_in_the_order_says(shop: Sandbox, start: int) -> None:
    for sort in SORTS:
        found = matching(Criteria(sort=sort))
        whole = [beat.pk for beat in found]
        assert page_of(found, start, 24) == whole[start : start + 24]
        rare = sorted(whole[::20])
        few = [pk for pk in whole if pk in rare]
        assert page_of(found, start // 24, 4, rare) == few[start // 24 : start // 24 + 4]


@pytest.mark.django_db
def test_the_rows_of_a_page_are_looked_up_by_their_ids(shop: Sandbox) -> None:
    shown = page_of(matching(Criteria(sort="popular")), 216, 24)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            # In a table of three pages a scan is as good; what is asked is whether it is needed.
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Beat.objects.select_related("producer").filter(pk__in=shown).explain()
    assert (
        "catalog_beat_pkey" in plan or "SEARCH catalog_beat USING INDEX sqlite_autoindex_catalog_beat_1 (id=?)" in plan
    )
