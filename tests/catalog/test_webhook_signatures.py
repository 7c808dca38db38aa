"""Who may speak to the webhook: the true sender, however it writes its signature; everybody else gets one plain 401."""

import base64
import logging
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Sum
from django.test import Client
from django.utils import timezone
from pytest_django import fixtures

from catalog import refusals, webhooks
from catalog.beatconnect.signatures import verify
from catalog.models.events import RefusedDeliveries, RefusedSender, WebhookEvent
from catalog.refusals import Refusals
from tests.webhooks import HEADERS, NEW, OLD, body_of, deliver, signed

pytestmark = pytest.mark.django_db

BODY = body_of("beat.updated", {"id": 7}, created="2026-03-01T12:00:00Z") + b"\n"
RIGHT = signed(BODY)[HEADERS[0]]
WRONG = "0" * 64


def status_of(client: Client, *signatures: str, body: bytes = BODY) -> int:
    """Deliver with a header, or with both of them."""
    status: int = deliver(client, body, dict(zip(HEADERS, signatures, strict=False))).status_code
    return status


@pytest.mark.parametrize(
    "signature",
    [
        RIGHT,
        RIGHT.upper(),
        f"sha256={RIGHT}",
        f"v1={RIGHT}",
        f"SHA256={RIGHT.upper()}",
        f"{RIGHT}, {RIGHT}",
        f"{WRONG},{RIGHT}",
        f"{RIGHT},{WRONG}",
        ",".join([WRONG] * 4 + [RIGHT]),
    ],
)
def test_every_way_to_write_the_right_one_is_read(client: Client, signature: str) -> None:
    assert status_of(client, signature) == 200


@pytest.mark.parametrize(
    "signature",
    [
        "",
        ",",
        "é" * 64,
        "\xff",
        "g" * 64,
        RIGHT[:-1],
        RIGHT + "0",
        "0x" + RIGHT,
        "0x" + RIGHT[2:],
        base64.b64encode(bytes.fromhex(RIGHT)).decode(),
        "sha256=",
        "v1=é",
        "v1",
        "v1,a,b",
        "v2=" + RIGHT,
        WRONG,
        "a" * 1_000_000,
        ",".join([RIGHT] * 10_000),
        ",".join([WRONG] * 5 + [RIGHT]),
        "٣" * 64,
    ],
    ids=range(20),
)
@pytest.mark.parametrize("header", HEADERS)
def test_twenty_malformed_ones_are_one_plain_no(
    client: Client, caplog: pytest.LogCaptureFixture, header: str, signature: str
) -> None:
    response = deliver(client, BODY, {header: signature})
    assert (response.status_code, response.content) == (401, b"")
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("signature", ["a" * 1_000_000, ",".join([RIGHT] * 10_000)], ids=["1 MB", "10,000"])
def test_a_header_that_is_too_long_costs_no_signature(
    client: Client, monkeypatch: pytest.MonkeyPatch, signature: str
) -> None:
    def sign(*args: object) -> None:
        raise AssertionError("a signature was made")

    with monkeypatch.context() as patch:
        patch.setattr("hmac.new", sign)
        assert verify(BODY, signature, [NEW, OLD]) is None
    assert status_of(client, signature) == 401


def test_no_header_is_a_no(client: Client) -> None:
    assert status_of(client) == 401


def test_with_both_headers_one_right_one_is_enough(client: Client) -> None:
    assert status_of(client, RIGHT, WRONG) == 200
    assert status_of(client, WRONG, RIGHT) == 200
    assert status_of(client, WRONG, WRONG) == 401
    assert status_of(client, ",".join([WRONG] * 5), RIGHT) == 401, "five candidates, whatever their headers"


@pytest.mark.parametrize(
    "body",
    [BODY.strip(), BODY.replace(b"\n", b"\r\n"), BODY.replace(b": ", b":"), BODY + b" ", b""],
    ids=["no newline", "crlf", "written anew", "one space", "empty"],
)
def test_the_signature_is_of_the_raw_bytes(client: Client, body: bytes) -> None:
    assert status_of(client, RIGHT, body=body) == 401


@pytest.mark.parametrize("bit", range(0, 256, 37))
def test_one_bit_decides(client: Client, bit: int) -> None:
    digest = bytearray.fromhex(RIGHT)
    digest[bit // 8] ^= 1 << bit % 8
    assert status_of(client, digest.hex()) == 401
    place = bit % len(BODY)
    flipped = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
    assert status_of(client, RIGHT, body=flipped) == 401


@pytest.mark.parametrize("secret", ["", " ", "whsec_retired", "whsec_another_endpoint", NEW + "x", NEW[:-1]])
def test_other_secrets_are_not_believed(client: Client, settings: fixtures.Settings, secret: str) -> None:
    settings.BEATCONNECT_WEBHOOK_SECRETS = [NEW, "", OLD]
    assert deliver(client, BODY, signed(BODY, secret)).status_code == 401
    assert deliver(client, BODY, signed(BODY, OLD)).status_code == 200


def test_refusals_are_counted_in_few_writes() -> None:
    moment = datetime(2026, 3, 1, 12, 59, 59, tzinfo=UTC)
    mine = Refusals(write_every=3600)
    for _ in range(100):
        mine.note(lambda: moment)
    assert list(RefusedDeliveries.objects.values_list("hour__hour", "number")) == [(12, 1)]
    busy = Refusals(write_every=0)
    for seconds in range(3):
        busy.note(lambda seconds=seconds: moment + timedelta(seconds=seconds))
    assert dict(RefusedDeliveries.objects.values_list("hour__hour", "number")) == {12: 2, 13: 2}
    webhooks.prune(moment + timedelta(days=91))
    assert not RefusedDeliveries.objects.exists()


def test_what_came_between_two_writes_is_written_with_the_next() -> None:
    mine = Refusals(write_every=0.2)
    for _ in range(50):
        mine.note(timezone.now)
    time.sleep(0.25)
    mine.note(timezone.now)
    assert RefusedDeliveries.objects.aggregate(all=Sum("number"))["all"] == 51


@pytest.mark.parametrize(
    ("number", "minutes", "burst"), [(6, 9.9, True), (5, 1, False), (6, 11, False), (60, 11, True)]
)
def test_more_than_five_from_one_address_in_ten_minutes_are_a_burst(number: int, minutes: float, burst: bool) -> None:
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for at in range(number):
        moment = start + timedelta(minutes=minutes * at / (number - 1))
        # Two processes, each of which sees half of them; and others' deliveries in between.
        mine = Refusals(write_every=0)
        mine.note(lambda moment=moment: moment, "203.0.113.9")
        mine.note(lambda moment=moment: moment, f"198.51.100.{at}")
    assert RefusedSender.objects.filter(burst_at__gte=start).count() == burst
    assert len(RefusedSender.objects.order_by("-last").first().moments) <= 6
    assert not RefusedSender.objects.filter(sender__contains="203").exists(), "no address is kept"


def test_a_burst_is_written_at_once_and_a_flood_in_few_writes() -> None:
    mine = Refusals(at_once=6)
    for _ in range(6):
        mine.note(timezone.now, "203.0.113.9")
    assert RefusedSender.objects.get().burst_at
    for at in range(500):
        mine.note(timezone.now, f"198.51.100.{at}")
    assert RefusedDeliveries.objects.aggregate(all=Sum("number"))["all"] == 6
    webhooks.prune(timezone.now() + timedelta(days=2))
    assert not RefusedSender.objects.exists()


def test_no_more_senders_are_kept_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST_SENDERS", 3)
    mine = Refusals(write_every=0)
    for at in range(9):
        mine.note(timezone.now, f"198.51.100.{at}")
    assert RefusedSender.objects.count() == 3


def test_a_refusal_tells_the_log_neither_signature_nor_body(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "refusals", Refusals())
    with caplog.at_level("INFO"):
        status_of(client, WRONG)
    assert "bad_signature" in caplog.text
    assert WRONG not in caplog.text
    assert "beat.updated" not in caplog.text
