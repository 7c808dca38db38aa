"""Every way in which BeatConnect can fail, met by a full shop: the pages stay, the mirror stays, the log is brief."""

import json
import re
import socket
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import fixtures

from catalog.models.events import Dirty
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat
from catalog.models.sync import SyncState
from catalog.state import read_state
from catalog.sync import runner
from tests.catalog.turns import turn
from tests.html import Elements
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

LIST_OF_NOTHING = json.dumps({"status": "success", "data": {"beats": [], "pagination": {"total": 0}}})
HALF_BAD = json.dumps(
    {
        "status": "success",
        "data": {
            "beats": [{"id": "x"}] * 60 + [{"id": 1, "title": "One"}] * 40,
            "pagination": {"total": 100, "per_page": 100, "current_page": 1, "last_page": 1},
        },
    }
)

# Numbered, so that what is said of one can be found.
FAULTS = {
    "5 silence": ("latency", {"seconds": 5}),
    "6 a slow answer": ("latency", {"seconds": 0.3}),
    "7 a dripping body": ("drip_body", {"seconds": 0.5}),
    "8 dripping headers": ("drip_headers", {"seconds": 0.5}),
    "9 429 for 30 s": ("status", {"status": 429, "retry_after": "30"}),
    "10 429 for a day": ("status", {"status": 429, "retry_after": "86400"}),
    "11 429 until 2099": ("status", {"status": 429, "retry_after": "Thu, 01 Jan 2099 00:00:00 GMT"}),
    "11 429 until 2015": ("status", {"status": 429, "retry_after": "Thu, 01 Jan 2015 00:00:00 GMT"}),
    **{
        f"12 429 for {told!r}": ("status", {"status": 429, "retry_after": told})
        for told in ("soon", "-1", "1.5", "", "\u00b3")
    },
    "13 429 without a time": ("status", {"status": 429}),
    "14 absurd rate headers": ("headers", {"headers": {"X-RateLimit-Remaining": "-5", "X-RateLimit-Reset": "abc"}}),
    "14 a reset of 2099": ("headers", {"headers": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4070908800"}}),
    "15 401": ("status", {"status": 401}),
    "16 403": ("status", {"status": 403}),
    "18 400": ("status", {"status": 400}),
    "19 500": ("status", {"status": 500}),
    "19 503": ("status", {"status": 503, "retry_after": "120"}),
    "20 200 that says error": ("raw", {"body": '{"status":"error","error":{"code":[],"details":null}}', "status": 200}),
    "20 101": ("raw", {"status": 101}),
    "20 204": ("raw", {"status": 204}),
    "20 206": ("status", {"status": 206}),
    "20 418": ("status", {"status": 418}),
    "21 a captive portal": ("raw", {"body": "<html>Sign in</html>", "content_type": "text/html", "status": 200}),
    "22 truncated": ("truncated", {}),
    "23 a bomb": ("oversized", {"gzip": True}),
    "24 endless": ("oversized", {}),
    "25 NaN": ("raw", {"body": '{"data":{"beats":[{"id":1,"price":NaN}]}}', "status": 200}),
    "26 a key twice": ("raw", {"body": '{"data":[{"id":1,"id":2}]}', "status": 200}),
    "27 too deep": ("raw", {"body": "[" * 5_000 + "]" * 5_000, "status": 200}),
    "28 a huge number": ("raw", {"body": '{"data":[{"id":' + "9" * 5_000 + "}]}", "status": 200}),
    "31 not UTF-8": ("raw", {"body_base64": b64encode('{"data":[{"title":"É"}]}'.encode("latin-1")).decode()}),
    "32 no data": ("raw", {"body": '{"status":"success"}', "status": 200}),
    "32 beats are a dict": ("raw", {"body": '{"data":{"beats":{}}}', "status": 200}),
    "35 more than half bad": ("raw", {"body": HALF_BAD, "status": 200}),
    "36 an empty catalogue": ("raw", {"body": LIST_OF_NOTHING, "status": 200}),
    "37 a redirect": ("redirect", {"location": "http://127.0.0.1:9/v1/beats"}),
    "1 reset": ("reset", {}),
    "empty": ("empty", {}),
    "malformed": ("malformed", {}),
    "502 in HTML": ("status", {"status": 502, "html": True}),
}
# Those that an answer survives: what it tells is kept.
ANSWERED = {name for name, (fault, _options) in FAULTS.items() if fault == "headers"} | {"6 a slow answer"}
# Those that end a sweep, and what is told of it.
NO_SWEEP = {"35 more than half bad": "holes", "36 an empty catalogue": "emptied"}

# Those after which BeatConnect isn't asked for a while, and what probes and operators are told of it.
FROZEN = {name: "rate_limited" for name in FAULTS if " 429 " in name} | {
    "15 401": "unauthorized",
    "19 503": "server_error",
    "502 in HTML": "server_error",
}


def content() -> list[tuple[Any, ...]]:
    return list(Beat.objects.order_by("pk").values_list("pk", "title", "price", "audio_url", "gone_at"))


def footer(page: HttpResponse) -> datetime:
    """Return the moment that the page says the catalogue is of."""
    told = re.search(r'class="as-of">[^<]*<time datetime="([^"]+)"', page.content.decode())
    assert told
    return datetime.fromisoformat(told[1])


def classes(page: HttpResponse) -> set[str]:
    return {element["class"] for element in Elements(page.content.decode()).all("small") if "class" in element}


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The background waits 20 s, and a while before it retries; whether it does is the client's own test."""
    monkeypatch.setattr("catalog.sync.sweep.BACKGROUND_DEADLINE", 0.5)
    monkeypatch.setattr("catalog.gateway.RETRY_PAUSE", (0, 0.1))


def go_on() -> None:
    """Let the scheduler make its next three calls."""
    ApiCall.objects.all().delete()
    mine = turn()
    with time_machine.travel(timezone.now(), tick=True) as clock:
        for _ in range(3):
            runner.once(mine)
            mine.lease.renew(mine.clock)
            clock.move_to(timezone.now() + timedelta(seconds=95))


def check_pages(client: Client, beat: int, told: str) -> None:
    """See that the pages are there and say how old they are, and that probes are told why that is."""
    as_of, address = read_state().as_of, f"/beats/{beat}/"
    assert as_of
    for path in ("/", "/beats/", "/genres/", "/producers/", address):
        page = client.get(path, follow=True)
        assert page.status_code == 200
        assert footer(page) == as_of.replace(microsecond=0), "as old as it is"
        assert "seen" not in classes(page)
    probe = client.get("/readyz")
    assert (probe.status_code, probe.json()["status"]) == (200, "amber" if told else "ok")
    assert probe.json().get("why", "") == told
    with time_machine.travel(timezone.now() + timedelta(hours=7)):
        assert "seen" in classes(client.get(address, follow=True))


def check_log(caplog: pytest.LogCaptureFixture) -> None:
    warnings = [record.getMessage() for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]
    assert len(warnings) <= 2, warnings


@pytest.mark.parametrize("fault", FAULTS)
def test_a_full_shop_stays_as_it_is_and_says_how_old_that_is(
    client: Client, shop: Sandbox, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    before, as_of = content(), read_state().as_of
    shop.limits("off")
    name, options = FAULTS[fault]
    shop.fault(name, path="/v1", **{"content_type": "application/json", **options} if name == "raw" else options)
    go_on()
    assert ApiCall.objects.exists(), "the fault was met"
    if fault not in ANSWERED:
        unharmed = [row for row in content() if row[0] != 1]
        assert unharmed == [row for row in before if row[0] != 1]
        assert (read_state().as_of, read_state().complete) == (as_of, True), "nothing passes for fresh"
    if fault in NO_SWEEP:
        assert read_state().sweep_trouble == NO_SWEEP[fault]
    check_pages(client, before[5][0], FROZEN.get(fault, ""))
    check_log(caplog)


@contextmanager
def nobody_accepts() -> Iterator[int]:
    """A port whose queue of callers is full, so that no connection comes about."""
    with socket.socket() as full, ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            caller = waiting.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(full.getsockname())
        yield full.getsockname()[1]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1:9/v1", "connect"),
        ("http://127.0.0.1:{full}/v1", "connect"),
        ("https://127.0.0.1:{plain}/v1", "tls"),
    ],
    ids=["1 refused", "2 a black hole", "4 no TLS"],
)
def test_a_full_shop_stays_where_no_connection_comes_about(
    client: Client,
    shop: Sandbox,
    settings: fixtures.Settings,
    caplog: pytest.LogCaptureFixture,
    address: str,
    reason: str,
) -> None:
    before, plain = content(), shop.origin.rpartition(":")[2]
    with nobody_accepts() as full:
        settings.BEATCONNECT_API_URL = address.format(full=full, plain=plain)
        SyncState.objects.update(api_url=settings.BEATCONNECT_API_URL)
        go_on()
    assert content() == before
    assert not ApiCall.objects.exists(), "what reached nobody is counted by nobody"
    check_pages(client, before[5][0], reason)
    check_log(caplog)


def test_a_404_for_a_mirrored_beat_takes_it_off_sale_at_the_second_look(client: Client, shop: Sandbox) -> None:
    ApiCall.objects.all().delete()
    beat = Beat.objects.get(pk=20)
    shop.remove_beat(20)
    Dirty.objects.create(kind=Dirty.Kind.BEAT, ref=20, due_at=timezone.now(), looks=1)
    mine = turn()
    runner.once(mine)
    response = client.get(beat.url)
    assert response.status_code == 410
    assert "/beats/" in response.content.decode()
