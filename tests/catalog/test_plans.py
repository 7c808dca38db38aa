"""No page reads a whole table to show a part of it: the databases' own plans of all that pages ask."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models.mirror import Beat, Producer
from tests.sandbox import Sandbox

LARGE = "beat|producer|searchentry|searchword|apicall|webhookevent|absent|dirty|purchase"
# How many producers there are. Of those there are a hundred times fewer than of beats, so the orders of their own list
# that hardly anybody asks for have no index either.
COUNT = 'SELECT COUNT(*) AS "__count" FROM "catalog_producer"'
# SQLite says USING … where it goes by an index; PostgreSQL takes a scan for granted only where nothing else is left.
WHOLE = re.compile(rf"SCAN catalog_(?:{LARGE})(?! USING)|Seq Scan on catalog_(?:{LARGE})\b")


def pages() -> list[str]:
    beat = Beat.objects.filter(gone_at=None, producer__isnull=False).order_by("-play_count")[0]
    producer = Producer.objects.order_by("-beat_count")[0]
    lists = [f"/beats/{query}" for query in ("", "?page=9", "?genre=2&sort=popular", "?bpm_min=90&key=8A&price_max=30")]
    return [
        *("/", *lists, f"/beats/?mixes_with={beat.pk}", beat.url, producer.url, f"{producer.url}?sort=price_asc"),
        *("/genres/", "/producers/", "/search/?q=lagos+night", "/search/suggest/?q=la"),
        *("/feeds/beats.xml", "/beats.m3u", f"/producers/{producer.pk}.m3u", "/sitemap.xml", "/beats/999999/"),
    ]


def is_checked(sql: str) -> bool:
    return sql.startswith("SELECT") and not sql.startswith(COUNT)


@pytest.mark.django_db
def test_no_page_reads_a_whole_table(client: Client, shop: Sandbox) -> None:
    asked: dict[str, str] = {}
    client.get("/beats/")  # the snapshot for the filters is all beats, once for each version of the mirror
    for page in pages():
        with CaptureQueriesContext(connection) as queries:
            status = client.get(page).status_code
        assert status in {200, 404}, page
        asked |= {query["sql"]: page for query in queries if is_checked(query["sql"])}
    assert len(asked) > 30
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # In tables of a few pages a scan is as good; what is asked is whether it is needed.
            cursor.execute("SET LOCAL enable_seqscan = off")
        how = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        for sql, page in asked.items():
            cursor.execute(f"{how} {sql}")
            plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
            assert not WHOLE.search(plan), f"{page}: {sql[:300]}\n{plan}"
