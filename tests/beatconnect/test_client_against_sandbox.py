"""The real client against the real sandbox: every call in every shape, and every kind of trouble."""

from collections.abc import Iterator

import pytest

from catalog.beatconnect.client import Client
from catalog.beatconnect.errors import (
    BadRequest,
    BeatConnectError,
    NotFound,
    QuotaUsedUp,
    Refused,
    Unavailable,
    Unreadable,
)
from catalog.beatconnect.models import Beat
from catalog.beatconnect.transport import Transport
from tests.sandbox import ALICE, SHOP, Sandbox

SHAPES = ["reference", "explorer", "bare"]


@pytest.fixture
def transport() -> Iterator[Transport]:
    with Transport() as shared:
        yield shared


@pytest.fixture
def client(sandbox: Sandbox, transport: Transport) -> Client:
    sandbox.limits("off")
    return Client(sandbox.api_url, SHOP, transport=transport)


@pytest.mark.parametrize("shape", SHAPES)
def test_beats_are_listed(sandbox: Sandbox, client: Client, shape: str) -> None:
    sandbox.shape(shape)
    page = client.list_beats(page=2, limit=100, sort="newest").value
    assert len(page.beats) == 100
    assert page.problems == ()
    known = {"id", "title", "producer_name", "genre", "price", "duration", "bpm", "key", "audio_url", "created_at"}
    for beat in page.beats:
        assert known <= beat.model_fields_set
        assert ("producer_id" in beat.model_fields_set) is (shape != "explorer")
    newest_first = [beat.created_at for beat in page.beats if beat.created_at is not None]
    assert newest_first == sorted(newest_first, reverse=True)
    told = (page.page, page.per_page, page.total, page.last_page)
    assert told == ((None,) * 4 if shape == "bare" else (2, 100, 253, 3))


def test_all_shapes_tell_the_same(sandbox: Sandbox, client: Client) -> None:
    found: dict[str, tuple[Beat, ...]] = {}
    for shape in SHAPES:
        sandbox.shape(shape)
        found[shape] = client.list_beats(limit=100).value.beats
    assert found["reference"] == found["bare"]
    for reference, explorer in zip(found["reference"], found["explorer"], strict=True):
        for name in explorer.model_fields_set - {"genre"}:
            assert getattr(explorer, name) == getattr(reference, name)


@pytest.mark.parametrize("shape", SHAPES)
def test_single_things_are_read(sandbox: Sandbox, client: Client, shape: str) -> None:
    first = client.list_beats(limit=1).value.beats[0]
    assert first.producer_id is not None
    sandbox.shape(shape)
    assert client.get_beat(first.id).value.title == first.title
    assert client.get_user(first.producer_id).value.name == first.producer_name
    similar = client.similar_beats(first.id, limit=20).value
    assert similar.problems == ()
    assert 1 <= len(similar.beats) <= 20
    genres = client.list_genres().value
    assert genres.problems == ()
    assert all(genre.id and genre.name for genre in genres.genres)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["beats", "producers", "all"])
def test_a_search_finds_beats_and_producers(sandbox: Sandbox, client: Client, shape: str, kind: str) -> None:
    name = client.list_beats(limit=1).value.beats[0].producer_name
    assert name is not None
    sandbox.shape(shape)
    page = client.search(q=name, type=kind, limit=50).value  # type: ignore[arg-type]
    assert page.problems == ()
    assert bool(page.producers) is (kind != "beats")
    assert all(producer.name for producer in page.producers)
    assert kind != "producers" or page.beats == ()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_buyer_sees_their_orders(sandbox: Sandbox, client: Client, transport: Transport, shape: str) -> None:
    sandbox.shape(shape)
    page = Client(sandbox.api_url, ALICE, transport=transport).list_orders(limit=100).value
    assert page.problems == ()
    assert page.orders
    for order in page.orders:
        assert order.order_id
        assert order.items
        assert order.amount is not None
        assert order.created_at is not None
        assert all(item.beat_id for item in order.items)
    assert {order.status for order in page.orders} <= {"completed", "pending", "failed"}


def test_filters_arrive(client: Client) -> None:
    first = client.list_beats(limit=1).value.beats[0]
    assert first.genre is not None
    by_genre = client.list_beats(genre=first.genre.id, limit=100).value.beats
    assert {beat.genre.id for beat in by_genre if beat.genre} == {first.genre.id}
    by_producer = client.list_beats(producer=first.producer_id, limit=100).value.beats
    assert {beat.producer_id for beat in by_producer} == {first.producer_id}


def test_a_used_up_quota_says_when_to_come_back(sandbox: Sandbox, transport: Transport) -> None:
    client = Client(sandbox.api_url, SHOP, transport=transport)
    sandbox.limits("2/minute")
    reply = client.list_genres()
    assert reply.rate is not None
    assert reply.date is not None
    assert (reply.rate.limit, reply.rate.remaining) == (2, 1)
    assert reply.rate.reset_in is not None
    assert 0 <= reply.rate.reset_in <= 61
    client.list_genres()
    with pytest.raises(QuotaUsedUp) as caught:
        client.list_genres()
    assert caught.value.retry_after is not None
    assert 0 < caught.value.retry_after <= 61
    assert caught.value.code == "rate_limit_exceeded"


def test_an_unknown_beat_and_an_unknown_key(sandbox: Sandbox, client: Client, transport: Transport) -> None:
    with pytest.raises(NotFound) as missing:
        client.get_beat(999_999_999)
    assert missing.value.code == "not_found"
    with pytest.raises(Refused) as refused:
        Client(sandbox.api_url, "bca_test_nobody", transport=transport).list_genres()
    assert (refused.value.status, refused.value.code) == (401, "unauthorized")


def failure(client: Client) -> BeatConnectError:
    with pytest.raises(BeatConnectError) as caught:
        client.list_beats(deadline=1)
    return caught.value


@pytest.mark.parametrize(
    ("status", "error_class"),
    [
        (400, BadRequest),
        (401, Refused),
        (403, Refused),
        (404, NotFound),
        (429, QuotaUsedUp),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
def test_every_status_is_told_apart(
    sandbox: Sandbox, client: Client, status: int, error_class: type[BeatConnectError]
) -> None:
    sandbox.fault("status", status=status)
    error = failure(client)
    assert (type(error), error.status) == (error_class, status)


@pytest.mark.parametrize(
    ("fault", "options", "error_class", "reasons"),
    [
        ("latency", {"seconds": 3}, Unavailable, {"deadline"}),
        ("drip_body", {}, Unavailable, {"deadline"}),
        ("drip_headers", {}, Unavailable, {"deadline"}),
        ("malformed", {}, Unreadable, {"not_json"}),
        ("truncated", {}, Unavailable, {"truncated", "reset"}),
        ("empty", {}, Unreadable, {"not_json"}),
        ("oversized", {}, Unreadable, {"too_large"}),
        ("reset", {}, Unavailable, {"reset", "truncated"}),
        ("oversized", {"gzip": True}, Unreadable, {"too_large"}),
        ("redirect", {"location": "https://elsewhere.example/"}, Unreadable, {"redirect"}),
        ("status", {"status": 502, "html": True}, Unavailable, {"server_error"}),
        ("raw", {"body": "<html>", "content_type": "text/html"}, Unreadable, {"not_json"}),
        ("raw", {"body": '{"data": {"beats": {}}}'}, Unreadable, {"bad_shape"}),
        ("raw", {"body": '{"status": "error", "error": {"code": "odd"}}'}, Unreadable, {"error_body"}),
    ],
)
def test_every_fault_becomes_its_error(
    sandbox: Sandbox,
    client: Client,
    fault: str,
    options: dict[str, object],
    error_class: type[BeatConnectError],
    reasons: set[str],
) -> None:
    sandbox.fault(fault, **options)
    error = failure(client)
    assert type(error) is error_class
    assert error.reason in reasons
    assert error.sent is True
    # The next call finds the pool in order.
    sandbox.clear_faults()
    assert client.list_beats(limit=5).status == 200


def test_a_bad_beat_is_reported_beside_the_good_ones(sandbox: Sandbox, client: Client) -> None:
    bad = client.list_beats(limit=3).value.beats[1]
    sandbox.change_beat(bad.id, price="1,50")
    page = client.list_beats(limit=3).value
    assert len(page.beats) == 2
    assert [(problem.where, problem.item_id) for problem in page.problems] == [("beats[1]", bad.id)]
    with pytest.raises(Unreadable):
        client.get_beat(bad.id)
