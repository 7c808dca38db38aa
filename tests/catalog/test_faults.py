"""Every way in which BeatConnect can fail, met by a full shop: the pages stay, the mirror stays, the log is brief."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from catalog.models.events import Dirty
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat
from catalog.sync import runner
from tests.catalog.turns import turn
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

LIST_OF_NOTHING = json.dumps({"status": "success", "data": {"beats": [], "pagination": {"total": 0}}})
HALF_BAD = json.dumps({"status": "success", "data": {"beats": [{"id": "x"}] * 60 + [{"id": 1, "title": "One"}] * 40}})

# Numbered, so that what is said of one can be found.
FAULTS = {
    "5 silence": ("latency", {"seconds": 5}),
    "7 a dripping body": ("drip_body", {"seconds": 0.5}),
    "8 dripping headers": ("drip_headers", {"seconds": 0.5}),
    "9 429 for 30 s": ("status", {"status": 429, "retry_after": "30"}),
    "10 429 for a day": ("status", {"status": 429, "retry_after": "86400"}),
    "11 429 until 2099": ("status", {"status": 429, "retry_after": "Thu, 01 Jan 2099 00:00:00 GMT"}),
    "12 429 for soon": ("status", {"status": 429, "retry_after": "soon"}),
    "13 429 without a time": ("status", {"status": 429}),
    "14 absurd rate headers": ("headers", {"headers": {"X-RateLimit-Remaining": "-5", "X-RateLimit-Reset": "abc"}}),
    "15 401": ("status", {"status": 401}),
    "16 403": ("status", {"status": 403}),
    "18 400": ("status", {"status": 400}),
    "19 500": ("status", {"status": 500}),
    "19 503": ("status", {"status": 503, "retry_after": "120"}),
    "20 200 that says error": ("raw", {"body": '{"status":"error","error":{"code":[],"details":null}}', "status": 200}),
    "20 418": ("status", {"status": 418}),
    "21 a captive portal": ("raw", {"body": "<html>Sign in</html>", "content_type": "text/html", "status": 200}),
    "22 truncated": ("truncated", {}),
    "23 a bomb": ("oversized", {"gzip": True}),
    "24 endless": ("oversized", {}),
    "25 NaN": ("raw", {"body": '{"data":{"beats":[{"id":1,"price":NaN}]}}', "status": 200}),
    "26 a key twice": ("raw", {"body": '{"data":[{"id":1,"id":2}]}', "status": 200}),
    "27 too deep": ("raw", {"body": "[" * 5_000 + "]" * 5_000, "status": 200}),
    "28 a huge number": ("raw", {"body": '{"data":[{"id":' + "9" * 5_000 + "}]}", "status": 200}),
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


def content() -> list[tuple[object, ...]]:
    return list(Beat.objects.order_by("pk").values_list("pk", "title", "price", "audio_url", "gone_at"))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_full_shop_stays_as_it_is(
    client: Client, shop: Sandbox, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    # The background's patience is 20 s; whether it is kept is the client's own test.
    monkeypatch.setattr("catalog.sync.sweep.BACKGROUND_DEADLINE", 0.5)
    before = content()
    shop.limits("off")
    name, options = FAULTS[fault]
    shop.fault(name, path="/v1", **{"content_type": "application/json", **options} if name == "raw" else options)
    ApiCall.objects.all().delete()
    mine = turn()
    with time_machine.travel(timezone.now(), tick=True) as clock:
        for _ in range(3):
            runner.once(mine)
            mine.lease.renew(mine.clock)
            clock.move_to(timezone.now() + timedelta(seconds=95))
    assert ApiCall.objects.exists(), "the fault was met"
    if name != "headers":
        unharmed = [row for row in content() if row[0] != 1]
        assert unharmed == [row for row in before if row[0] != 1]
    for path in ("/", "/beats/", "/genres/", "/producers/", f"/beats/{before[5][0]}/"):
        assert client.get(path, follow=True).status_code == 200
    warnings = [record.getMessage() for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]
    assert len(warnings) <= 2, warnings


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
