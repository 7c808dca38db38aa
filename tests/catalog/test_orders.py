"""The orders of the lists come out of an index: nothing is sorted anew for each visitor, on either database."""

import pytest
from django.db import connection

from catalog.criteria import SORTS, Criteria
from catalog.models.mirror import Beat
from catalog.queries import ORDERS, matching, page_of
from tests.sandbox import Sandbox

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
def test_a_deep_page_reads_its_own_rows_only(shop: Sandbox, sort: str) -> None:
    """Which beats stand on it is told by the order's index alone, without a look at those before it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = matching(Criteria(sort=sort)).select_related(None).values_list("pk", flat=True)[216:240].explain()
    assert ("Index Only Scan" if connection.vendor == "postgresql" else "COVERING INDEX") in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.django_db
@pytest.mark.parametrize("start", [0, 24, 240])
def test_a_page_holds_the_beats_that_its_place_in_the_order_says(shop: Sandbox, start: int) -> None:
    for sort in SORTS:
        found = matching(Criteria(sort=sort))
        whole = [beat.pk for beat in found]
        assert [beat.pk for beat in page_of(found, start, 24)] == whole[start : start + 24]
        rare = sorted(whole[::20])
        few = [pk for pk in whole if pk in rare]
        assert [beat.pk for beat in page_of(found, start // 24, 4, rare)] == few[start // 24 : start // 24 + 4]


@pytest.mark.django_db
def test_the_rows_of_a_page_are_looked_up_by_their_ids(shop: Sandbox) -> None:
    known = matching(Criteria(sort="popular")).select_related(None).values("pk")[216:240]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            # In a table of three pages a scan is as good; what is asked is whether it is needed.
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Beat.objects.filter(gone_at=None, pk__in=known).order_by(*ORDERS["popular"]).explain()
    assert (
        "catalog_beat_pkey" in plan or "SEARCH catalog_beat USING INDEX sqlite_autoindex_catalog_beat_1 (id=?)" in plan
    )
