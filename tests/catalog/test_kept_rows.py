"""Rows that lists share: read once, and never shown when they are another's or too old."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.kept_rows import FRESH, KeptRows
from catalog.models.mirror import Beat
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def rows_read(client: Client, address: str) -> int:
    """Return how many questions for whole rows of beats a page costs."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return sum('"catalog_beat"."cover_url"' in query["sql"] for query in queries)


def test_lists_of_the_same_beats_read_them_once(client: Client, shop: Sandbox) -> None:
    assert rows_read(client, "/beats/?genre=2") == 1
    assert rows_read(client, "/beats/?genre=2&sort=newest&bpm_max=400") == 0
    assert rows_read(client, "/genres/2/afrobeats/") == 0
    assert rows_read(client, "/beats/?genre=3") == 1


def test_they_are_read_anew_with_another_version_and_after_a_minute(shop: Sandbox) -> None:
    now = 1_000.0
    rows = KeptRows(clock=lambda: now)
    (kept,) = rows.read([7], version=1)
    assert rows.read([7], version=1) == [kept]
    assert rows.read([7], version=1)[0] is kept
    assert rows.read([7], version=2)[0] is not kept
    (kept,) = rows.read([7], version=2)
    Beat.objects.filter(pk=7).update(fetched_at=timezone.now() - timedelta(hours=7))
    now += FRESH - 1
    assert not rows.read([7], version=2)[0].is_old
    now += 1
    assert rows.read([7], version=2)[0].is_old


def test_their_order_is_kept_and_who_is_not_there_is_left_out(shop: Sandbox) -> None:
    rows = KeptRows()
    rows.read([9], version=1)
    assert [beat.pk for beat in rows.read([11, 9, 999_999, 3], version=1)] == [11, 9, 3]
    assert rows.read([], version=1) == []
