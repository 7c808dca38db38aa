"""The sandbox's endpoints, as the API's reference documents them."""

import math
from typing import Any

import pytest

from tests.sandbox import ALICE, BOB, CAROL, SHOP, Sandbox

BEAT_FIELDS = {
    "id", "title", "user_id", "producer_name", "genre", "price", "duration", "bpm", "key", "audio_url",
    "cover_image", "created_at", "play_count", "download_count",
}  # fmt: skip


@pytest.fixture(autouse=True)
def without_limits(sandbox: Sandbox) -> None:
    sandbox.limits("off")


def data(sandbox: Sandbox, path: str, key: str = SHOP, **query: Any) -> Any:
    response = sandbox.get(path, key, **query)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert body["status"] == "success"
    return body["data"]


def test_the_beat_list_has_the_documented_shape(sandbox: Sandbox) -> None:
    found = data(sandbox, "/v1/beats")
    assert len(found["beats"]) == 20
    assert set(found["beats"][0]) == BEAT_FIELDS
    assert found["pagination"] == {
        "total": 253,
        "per_page": 20,
        "current_page": 1,
        "last_page": 13,
        "next_page_url": f"{sandbox.api_url}/beats?page=2",
        "prev_page_url": None,
    }


def test_pages_cover_the_catalogue_once(sandbox: Sandbox) -> None:
    numbers = [beat["id"] for beat in sandbox.beats()]
    assert len(numbers) == 253
    assert set(numbers) == set(range(1, 254))


def test_a_page_beyond_the_last_is_empty(sandbox: Sandbox) -> None:
    found = data(sandbox, "/v1/beats", page=14)
    assert found["beats"] == []
    assert found["pagination"]["next_page_url"] is None


def test_page_links_keep_the_filters(sandbox: Sandbox) -> None:
    found = data(sandbox, "/v1/beats", genre=1, sort="popular", limit=2, page=2)
    assert found["pagination"]["next_page_url"] == f"{sandbox.api_url}/beats?limit=2&genre=1&sort=popular&page=3"
    following = sandbox.session.get(
        found["pagination"]["next_page_url"], headers={"Authorization": f"Bearer {SHOP}"}, timeout=5
    )
    assert following.json()["data"]["pagination"]["current_page"] == 3


def test_media_addresses_are_on_the_origin_that_was_asked(sandbox: Sandbox) -> None:
    beat = data(sandbox, "/v1/beats/7")["beat"]
    assert beat["audio_url"] == f"{sandbox.origin}/audio/7.mp3"
    elsewhere = sandbox.get("/v1/beats/7", headers={"Host": "api.example:9"}).json()["data"]["beat"]
    assert elsewhere["audio_url"] == "http://api.example:9/audio/7.mp3"


def test_filters_by_genre_and_producer_agree_with_the_whole_list(sandbox: Sandbox) -> None:
    everything = sandbox.beats()
    genre, producer = everything[0]["genre"]["id"], everything[0]["user_id"]
    assert sandbox.beats(genre=genre) == [beat for beat in everything if beat["genre"]["id"] == genre]
    assert sandbox.beats(producer=producer) == [beat for beat in everything if beat["user_id"] == producer]
    assert sandbox.beats(genre=genre, producer=producer)
    assert sandbox.beats(genre=10**30) == []


@pytest.mark.parametrize(
    ("sort", "field", "descending"),
    [
        ("newest", "created_at", True),
        ("popular", "play_count", True),
        ("price_asc", "price", False),
        ("price_desc", "price", True),
    ],
)
def test_orders_put_the_valueless_last_and_break_ties_by_id(
    sandbox: Sandbox, sort: str, field: str, descending: bool
) -> None:
    beats = sandbox.beats(sort)
    known = [beat for beat in beats if beat[field] is not None]
    by_id = sorted(known, key=lambda beat: -beat["id"])
    expected = sorted(by_id, key=lambda beat: beat[field], reverse=descending)
    if descending:  # reverse keeps equal elements in their first order
        assert expected == sorted(by_id, key=lambda beat: beat[field], reverse=True)
    valueless = [beat for beat in beats if beat[field] is None]
    assert beats == expected + sorted(valueless, key=lambda beat: -beat["id"])
    assert len({beat[field] for beat in known}) < len(known), "the catalogue should have ties"
    if field != "created_at":
        assert valueless, "the catalogue should have gaps"


def test_a_single_beat_is_the_one_of_the_list(sandbox: Sandbox) -> None:
    listed = data(sandbox, "/v1/beats", limit=1)["beats"][0]
    assert data(sandbox, f"/v1/beats/{listed['id']}") == {"beat": listed}


def test_similar_beats_are_five_others_that_share_something(sandbox: Sandbox) -> None:
    beat = data(sandbox, "/v1/beats/100")["beat"]
    similar = data(sandbox, "/v1/beats/100/similar")["beats"]
    assert len(similar) == 5
    assert 100 not in [other["id"] for other in similar]
    assert similar[0]["genre"] == beat["genre"]
    assert len(data(sandbox, "/v1/beats/100/similar", limit=20)["beats"]) == 20


def test_a_profile_counts_its_beats_and_plays(sandbox: Sandbox) -> None:
    beats = sandbox.beats(producer=5001)
    user = data(sandbox, "/v1/users/5001")["user"]
    assert user["beat_count"] == len(beats)
    assert user["total_plays"] == sum(beat["play_count"] or 0 for beat in beats)
    assert {"id", "name", "bio", "location", "country", "avatar", "website", "social", "created_at"} <= set(user)


def test_genres_are_about_eighteen_and_every_beat_has_one_of_them(sandbox: Sandbox) -> None:
    genres = data(sandbox, "/v1/genres")["genres"]
    assert 16 <= len(genres) <= 20
    assert all(beat["genre"] in genres for beat in sandbox.beats())


@pytest.mark.parametrize("query", ["coupe-decale", "COUPÉ-DÉCALÉ", "Décalé", "coupé-decal"])
def test_search_ignores_case_and_accents(sandbox: Sandbox, query: str) -> None:
    found = data(sandbox, "/v1/search", q=query, type="beats", limit=50)
    assert found["beats"]
    assert {beat["genre"]["name"] for beat in found["beats"]} == {"Coupé-Décalé"}
    assert "producers" not in found


def test_search_finds_titles_and_producers_and_pages_through_both(sandbox: Sandbox) -> None:
    sandbox.add_beat(title="Ɔdɔ Yɛwu Ŋutɔ")
    assert data(sandbox, "/v1/search", q="odo yewu ")["beats"][0]["title"] == "Ɔdɔ Yɛwu Ŋutɔ"
    name = data(sandbox, "/v1/users/5003")["user"]["name"]
    assert data(sandbox, "/v1/search", q=name, type="producers")["producers"][0]["id"] == 5003
    total = data(sandbox, "/v1/search", q="a", limit=50)["pagination"]["total"]
    pages = [data(sandbox, "/v1/search", q="a", limit=50, page=page + 1) for page in range(math.ceil(total / 50))]
    numbers = [entry["id"] for page in pages for entry in (*page["producers"], *page["beats"])]
    assert len(numbers) == len(set(numbers)) == total


def test_each_buyer_sees_their_own_orders(sandbox: Sandbox) -> None:
    alice = data(sandbox, "/v1/orders", ALICE, limit=100)["orders"]
    bob = data(sandbox, "/v1/orders", BOB)["orders"]
    assert [len(alice), len(bob)] == [40, 3]
    assert not {order["id"] for order in alice} & {order["id"] for order in bob}
    for key in (CAROL, SHOP):
        assert data(sandbox, "/v1/orders", key)["orders"] == []
    assert any("items" in order for order in alice)
    assert any("beat" in order for order in alice)
    assert [order["created_at"] for order in alice] == sorted((o["created_at"] for o in alice), reverse=True)


@pytest.mark.parametrize("status", ["completed", "pending", "failed"])
def test_orders_are_filtered_by_status(sandbox: Sandbox, status: str) -> None:
    orders = data(sandbox, "/v1/orders", ALICE, status=status, limit=100)["orders"]
    assert {order["status"] for order in orders} == {status}


def test_a_receipt_can_be_opened_by_its_link(sandbox: Sandbox) -> None:
    order = data(sandbox, "/v1/orders", ALICE, status="completed")["orders"][0]
    assert order["id"] in sandbox.session.get(order["receipt_url"], timeout=5).text
    assert sandbox.get("/papers/ord_nobody/receipt").status_code == 404


def test_the_explorer_shape_has_its_own_names(sandbox: Sandbox) -> None:
    sandbox.shape("explorer")
    body = sandbox.get("/v1/beats", genre="amapiano", limit=2).json()
    assert body["success"] is True
    assert body["meta"]["limit"] == 2
    assert set(body["data"][0]) == {
        "id", "title", "producer", "price", "genre", "bpm", "key", "length", "cover_image", "audio_preview",
        "created_at",
    }  # fmt: skip
    assert body["data"][0]["genre"] == {"id": 1, "name": "Amapiano", "slug": "amapiano"}
    minutes, seconds = body["data"][0]["length"].split(":")
    assert (minutes.isdecimal(), len(seconds)) == (True, 2)
    assert sandbox.get("/v1/beats", genre="1", limit=2).json()["data"] == body["data"]
    assert sandbox.get("/v1/beats/3").json()["data"]["id"] == 3
    assert sandbox.get("/v1/search", q="a").json()["data"].keys() == {"beats", "producers"}
    assert "order_id" in sandbox.get("/v1/orders", ALICE).json()["data"][0]


def test_the_bare_shape_has_nothing_around_its_lists(sandbox: Sandbox) -> None:
    sandbox.shape("bare")
    body = sandbox.get("/v1/beats", limit=2).json()
    assert body.keys() == {"status", "data"}
    assert [set(beat) for beat in body["data"]] == [BEAT_FIELDS] * 2
    assert sandbox.get("/v1/users/5001").json()["data"]["id"] == 5001
    kinds = {entry["type"] for entry in sandbox.get("/v1/search", q="a", limit=50).json()["data"]["results"]}
    assert kinds == {"beat", "producer"}
