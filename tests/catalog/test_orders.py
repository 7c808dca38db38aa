"""The orders of the lists come out of an index: nothing is sorted anew for each visitor, on either database."""

import pytest
from django.db import connection

from catalog.criteria import Criteria
from catalog.queries import matching
from tests.sandbox import Sandbox


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [Criteria(), Criteria(sort="popular"), Criteria(genres=(2,)), Criteria(producer=5001)],
    ids=["newest", "popular", "a genre's newest", "a producer's newest"],
)
def test_a_list_is_read_off_an_index(shop: Sandbox, asked: Criteria) -> None:
    if connection.vendor == "postgresql":
        # So few rows would be sorted because that is cheap: what is asked is whether the index could do it.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_seqscan = off")
    rows = matching(asked).select_related(None).values("id", "created_at", "play_count")
    plan = rows[:24].explain()
    assert "beat_" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
