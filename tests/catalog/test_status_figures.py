"""The figures of the operators' page are those of what was done."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import fixtures

from catalog.beatconnect.errors import BeatConnectError
from catalog.gateway import site_gateway
from catalog.models.events import Dirty, WebhookEvent
from catalog.models.ledger import ApiCall, Budget
from catalog.models.mirror import Quarantined
from catalog.models.sync import SyncState
from catalog.quota import purposes
from catalog.quota.clock import database_clock
from catalog.quota.ledger import fingerprint
from catalog.status import read_status, service_state
from catalog.sync import leases
from tests.accounts import people
from tests.conftest import sweep, sweep_later
from tests.html import Elements
from tests.sandbox import SHOP, Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(people.operator())
    return client


def figures(client: Client) -> dict[str, Any]:
    response = client.get("/status.json")
    assert response.status_code == 200
    told: dict[str, Any] = response.json()
    return told


def notices(client: Client) -> list[tuple[str, str]]:
    return [(notice["level"], notice["what"]) for notice in figures(client)["notices"]]


def keep_event(state: str = "done", **fields: Any) -> WebhookEvent:
    number = WebhookEvent.objects.count()
    facts = {"received": database_clock(), "type": "beat.updated", "payload": "{}", "digest": "0" * 64}
    return WebhookEvent.objects.create(key=f"evt:{number}", state=state, **{**facts, **fields})


def call() -> None:
    site_gateway().call(purposes.BUYER, "/genres", lambda client: client.list_genres())


def fail_to_call() -> None:
    with pytest.raises(BeatConnectError):
        call()


def test_a_fresh_shop_is_well(operator: Client, shop: Sandbox) -> None:
    told = figures(operator)
    assert told["service"] == {"name": "normal", "why": "", "until": None}
    assert told["notices"] == []
    page = operator.get("/status/").content.decode()
    assert "All is well" in page
    assert "<title>Status: all is well" in page


def test_calls_agree_with_what_was_asked(operator: Client, shop: Sandbox) -> None:
    calls = figures(operator)["calls"]
    assert sum(sum(hour["calls"].values()) for hour in calls["hours"]) == shop.stats()["asked_total"] == 4
    assert sum(hour["calls"].get("first", 0) for hour in calls["hours"]) == 4
    for window, limit, margin in zip(calls["windows"], (10, 100, 1000), (1, 2, 10), strict=True):
        assert window["used"] == 4
        assert (window["calls"], window["margin"], window["left"]) == (limit, margin, limit - margin - 4)
    assert [line["path"] for line in calls["last"]].count("/genres") == 1
    assert {line["status"] for line in calls["last"]} == {200}


def test_the_mirrors_figures_are_the_mirrors(operator: Client, shop: Sandbox) -> None:
    mirror = figures(operator)["mirror"]
    assert (mirror["live"], mirror["gone"], mirror["upstream"], mirror["complete"]) == (253, 0, 253, True)
    assert (mirror["sweep_pages"], mirror["sweep_pages_expected"], mirror["sweep_started_at"]) == (3, 3, None)
    shop.remove_beat(shop.beats()[20]["id"])
    sweep_later(shop)
    mirror = figures(operator)["mirror"]
    assert (mirror["live"], mirror["gone"], mirror["upstream"]) == (252, 1, 252)


def test_a_429_freezes_the_shop_until_it_ends(operator: Client, shop: Sandbox) -> None:
    shop.fault("status", status=429, retry_after="600")
    fail_to_call()
    service = figures(operator)["service"]
    assert (service["name"], service["why"]) == ("frozen", "rate_limited")
    wait = datetime.fromisoformat(service["until"]) - database_clock()
    assert timedelta(seconds=580) < wait <= timedelta(seconds=600)
    assert notices(operator)[0] == ("wait", "BeatConnect says that the key's calls are used up (429).")
    assert figures(operator)["calls"]["failures"] == {"rate_limited": 1}
    assert re.search(r"Frozen</b> until .* in (9|10) min", operator.get("/status/").content.decode(), re.S)


def test_a_refused_key_calls_for_a_person(operator: Client, shop: Sandbox) -> None:
    shop.fault("status", status=401)
    fail_to_call()
    assert notices(operator)[0] == ("act", "BeatConnect refuses the shop's key (401).")
    assert "Something needs you" in operator.get("/status/").content.decode()


def test_a_refused_endpoint_is_named_and_freezes_nothing_else(operator: Client, shop: Sandbox) -> None:
    shop.fault("status", status=403)
    fail_to_call()
    told = figures(operator)
    assert told["service"]["name"] == "normal"
    assert list(told["calls"]["paused"]) == ["/genres"]
    assert ("act", "The key may not ask /genres (403).") in notices(operator)


def test_a_broken_api_freezes_the_shop_until_a_call_succeeds(operator: Client, shop: Sandbox) -> None:
    shop.fault("status", status=500)
    for _ in range(3):
        fail_to_call()
    assert service_state(database_clock()).name == "frozen"
    # The pause is over, the trouble isn't yet.
    later = service_state(database_clock() + timedelta(minutes=5))
    assert (later.name, later.why, later.until) == ("frozen", "server_error", None)
    shop.clear_faults()
    Budget.objects.update(blocked_until=None)
    call()
    assert service_state(database_clock()).name == "normal"


def test_a_day_ahead_of_its_plan_is_lean(operator: Client, shop: Sandbox) -> None:
    now = database_clock()
    at = now - timedelta(hours=2)
    ApiCall.objects.bulk_create(
        ApiCall(budget_id=fingerprint(SHOP), purpose="sweep", path="/beats", sent_at=at, done_at=at, outcome="ok")
        for _ in range(890)
    )
    told = figures(operator)
    assert told["service"]["name"] == "lean"
    assert told["calls"]["windows"][2]["left"] == 1000 - 10 - 894
    assert ("note", "The day's calls are nearly spent: similar beats and profiles wait, the sweep goes on.") in notices(
        operator
    )


def test_a_shop_without_a_key_says_so(operator: Client, shop: Sandbox, settings: fixtures.Settings) -> None:
    settings.BEATCONNECT_API_KEY = ""
    assert service_state(database_clock()).why == "no_key"
    assert notices(operator)[0] == ("act", "No API key is set, so nothing can be asked.")


def test_a_mirror_of_another_api_says_so(operator: Client, shop: Sandbox, settings: fixtures.Settings) -> None:
    settings.BEATCONNECT_API_KEY = "bca_live_real"
    assert service_state(database_clock()).why == "wrong_source"


def test_an_empty_store_and_a_dead_scheduler_are_told(operator: Client, api: Sandbox) -> None:
    found = notices(operator)
    assert ("act", "No process keeps the mirror fresh.") in found
    assert ("wait", "The store is empty: visitors are told to come back.") in found
    leases.take(leases.SYNC)
    assert ("act", "No process keeps the mirror fresh.") not in notices(operator)


def test_an_old_mirror_calls_for_a_person(operator: Client, shop: Sandbox) -> None:
    SyncState.objects.update(as_of=database_clock() - timedelta(hours=7))
    assert ("act", "The mirror is old: visitors see old prices.") in notices(operator)


def test_calls_of_others_with_the_same_key_are_told(operator: Client, shop: Sandbox) -> None:
    until = database_clock() + timedelta(minutes=30)
    Budget.objects.update(foreign={"hour": {"calls": 40, "until": until.isoformat()}})
    assert figures(operator)["calls"]["windows"][1]["left"] == 100 - 2 - 4 - 40
    assert ("note", "Somebody else spends this key: 40 calls of the hour.") in notices(operator)


def test_quarantined_items_stand_there_with_their_reasons(operator: Client, api: Sandbox) -> None:
    api.change_beat(5, price="1,50")
    api.change_beat(6, cover_image="https://elsewhere.example/6.jpg")
    sweep()
    quarantine = figures(operator)["quarantine"]
    assert quarantine["items"] == 1
    assert [(line["kind"], line["item_id"]) for line in quarantine["last"]] == [("beat", "5")]
    assert quarantine["refused_origins"] == ["https://elsewhere.example"]
    page = operator.get("/status/").content.decode()
    assert Quarantined.objects.get(kind="beat").reason[:20] in Elements(page).text


def test_an_origin_that_was_allowed_since_is_no_longer_told(
    operator: Client, api: Sandbox, settings: fixtures.Settings
) -> None:
    api.change_beat(6, cover_image="https://elsewhere.example/6.jpg")
    sweep()
    settings.BEATCONNECT_MEDIA_HOSTS = [api.origin, "https://elsewhere.example"]
    assert figures(operator)["quarantine"]["refused_origins"] == []


def test_webhooks_are_counted_by_state(operator: Client, shop: Sandbox) -> None:
    for state in ("done", "done", "stale", "parked"):
        keep_event(state)
    keep_event("done", received=database_clock() - timedelta(hours=25))
    keep_event("parked", received=database_clock() - timedelta(days=100), payload="")
    WebhookEvent.objects.filter(state="stale").update(problem="another body came under this id")
    Dirty.objects.create(kind="beat", ref=1, due_at=database_clock() - timedelta(minutes=20))
    events = figures(operator)["events"]
    assert events["lately"] == {"done": 2, "stale": 1, "parked": 1}
    assert (events["parked"], events["failed"], events["dirty"], len(events["last"])) == (1, 0, 1, 6)
    found = notices(operator)
    assert ("note", "Webhooks that failed too often: 1.") in found
    assert ("note", "Webhooks under whose id another body came: 1. The first one counts.") in found
    assert ("wait", "Changes that webhooks told of wait to be fetched: 1.") in found


def test_beats_in_doubt_are_no_events_that_wait(operator: Client, shop: Sandbox) -> None:
    Dirty.objects.create(kind="suspect", ref=1, due_at=database_clock() - timedelta(minutes=20))
    events = figures(operator)["events"]
    assert (events["dirty"], events["dirty_due"], events["suspects"]) == (0, None, 1)
    assert "1</b> in doubt" in operator.get("/status/").content.decode()


def test_the_lease_names_its_holder_until_it_runs_out(operator: Client, shop: Sandbox) -> None:
    held = leases.take(leases.SYNC)
    assert held
    assert figures(operator)["leases"][0]["holder"] == held.holder
    later = read_status(database_clock() + timedelta(minutes=5))
    assert later.leases[0].holder == ""
