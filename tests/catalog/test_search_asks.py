"""When a search costs a call: once a day, where nothing is found here; never for typing, crawlers and prefetches."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.gateway import site_gateway
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat
from catalog.models.search import AskedSearch
from catalog.quota.clock import database_clock
from catalog.sync import leases, pacing, visitor_search
from tests.pages import cards, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

PERSON = {"user-agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36"}
Fault = tuple[str, dict[str, Any]]
CRAWLER = {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}


@pytest.fixture
def full(shop: Sandbox) -> Sandbox:
    ApiCall.objects.all().delete()
    return shop


def search(client: Client, q: str, **headers: str) -> list[int]:
    response = client.get("/search/", {"q": q}, headers={**PERSON, **headers})
    assert response.status_code == 200
    return cards(read(response))


def test_nothing_typed_spends_a_call(client: Client, full: Sandbox) -> None:
    before = full.asked
    for text in ("amapiano groove", "xqzwvvy", "ìfẹ́ lagos", "harmatan"):
        for end in range(1, len(text) + 1):
            assert client.get("/search/suggest/", {"q": text[:end]}, headers=PERSON).status_code == 200
    assert full.asked == before
    assert not ApiCall.objects.exists()


def test_what_is_found_here_costs_nothing(client: Client, full: Sandbox) -> None:
    before = full.asked
    for text in ("nairobi", "amapiano", "harmatan", "c minor", "", "x"):
        search(client, text)
    assert full.asked == before


def test_what_nobody_has_is_asked_for_once_a_day(client: Client, full: Sandbox) -> None:
    full.limits("off")
    before = full.asked
    for spelling in ("Xqzwvvy", "xqzwvvy", "XQZWVVY ", "xqzẃvvy"):
        assert search(client, spelling) == []
    assert full.asked == before + 1
    assert ApiCall.objects.get().purpose == "search"
    AskedSearch.objects.update(until=timezone.now())
    search(client, "xqzwvvy")
    assert full.asked == before + 2


def test_what_only_beatconnect_finds_is_kept_and_shown(client: Client, full: Sandbox) -> None:
    # Newer than the mirror, as it may be between two sweeps.
    new = full.add_beat(title="Xylophone Sunrise")["id"]
    before = full.asked
    assert search(client, "xylophone") == [new]
    assert Beat.objects.filter(pk=new, gone_at=None).exists()
    assert search(client, "xylophone sunrise") == [new]
    assert full.asked == before + 1


def test_what_matches_only_in_beatconnect_s_eyes_is_shown_for_a_day(client: Client, full: Sandbox) -> None:
    AskedSearch.objects.create(query="mzansi wave", until=timezone.now() + timedelta(hours=1), beats=[3, 1, 99_999])
    before = full.asked
    page = read(client.get("/search/?q=Mzansi+Wave", headers=PERSON))
    assert cards(page) == [3, 1]
    assert "BeatConnect found these" in page.the("p", id="results-count").text
    assert full.asked == before


@pytest.mark.parametrize(
    "headers",
    [CRAWLER, {"user-agent": ""}, PERSON | {"Sec-Purpose": "prefetch;prerender"}, PERSON | {"Purpose": "prefetch"}],
)
def test_no_machine_asks(client: Client, full: Sandbox, headers: dict[str, str]) -> None:
    before = full.asked
    assert client.get("/search/?q=xqzwvvy", headers=headers).status_code == 200
    assert client.head("/search/?q=xqzwvvy", headers=PERSON).status_code == 200
    assert client.get("/search/?q=xq", headers=PERSON).status_code == 200
    assert client.get("/search/?q=xqzwvvy&page=2", headers=PERSON).status_code == 404
    assert full.asked == before


def test_one_such_call_is_under_way_at_a_time(client: Client, full: Sandbox) -> None:
    before = full.asked
    lease = leases.take(leases.VISITOR, database_clock)
    assert lease
    assert search(client, "xqzwvvy") == []
    assert full.asked == before
    lease.release()
    search(client, "xqzwvvy")
    assert full.asked == before + 1


def test_a_quota_that_is_used_up_leaves_the_page_as_it_is(client: Client, full: Sandbox) -> None:
    full.limits("off")
    before = full.asked
    for number in range(15):
        assert search(client, f"xqzwvvy{number}") == []
    assert full.asked - before == 5, "what searches may have in an hour"


def test_while_the_day_runs_short_no_search_is_asked(client: Client, full: Sandbox) -> None:
    spent = {"budget_id": site_gateway().ledger.key, "purpose": "event-single", "path": "/beats/1"}
    sent_at = timezone.now() - timedelta(hours=2)
    ApiCall.objects.bulk_create(ApiCall(**spent, sent_at=sent_at, done_at=sent_at) for _ in range(300))
    before = full.asked
    assert search(client, "xqzwvvy") == []
    assert full.asked == before


def test_searches_put_no_sweep_off(client: Client, full: Sandbox) -> None:
    full.limits("off")
    ledger = site_gateway().ledger
    before = pacing.next_due(ledger, ledger.clock())
    search(client, "xqzwvvy")
    assert pacing.next_due(ledger, ledger.clock()) <= max(before, ledger.clock())


@pytest.mark.parametrize("fault", [("status", {"status": 500}), ("malformed", {}), ("empty", {}), ("reset", {})])
def test_trouble_is_no_reason_to_ask_again_at_once(client: Client, full: Sandbox, fault: Fault) -> None:
    name, options = fault
    full.fault(name, **options)
    before = full.asked
    for _ in range(3):
        assert search(client, "xqzwvvy") == []
    assert full.asked == before + 1
    assert AskedSearch.objects.get().until < timezone.now() + timedelta(minutes=11)


def test_what_was_asked_is_kept_within_bounds(full: Sandbox, monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr(visitor_search, "MOST_KEPT", 2)
    now = timezone.now()
    for number in range(5):
        AskedSearch.objects.create(query=f"old {number}", until=now - timedelta(minutes=number))
    search(client, "xqzwvvy")
    assert set(AskedSearch.objects.values_list("pk", flat=True)) == {"xqzwvvy", "old 0"}
