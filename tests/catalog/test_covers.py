"""Covers in the right size: made once, beside the requests, and never at the cost of a call."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import fixtures

from catalog.covers.maker import maker
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat, Producer
from catalog.models.pictures import Picture
from tests.catalog.pictures import beat_with_cover, opened
from tests.pages import OTHER_METHODS, assert_refused, vary
from tests.sandbox import Sandbox

FOR_GOOD = "public, max-age=31536000, immutable"
pytestmark = pytest.mark.usefixtures("media_root")


def test_until_it_is_made_the_original_is_shown_and_then_the_small_one(client: Client, shop: Sandbox) -> None:
    beat = Beat.objects.get(pk=1)
    first = client.get(beat.small_cover)
    assert (first.status_code, first["Location"]) == (302, beat.cover_url)
    assert first["Cache-Control"] == "no-store"
    maker.work_off()
    original = shop.get(f"/images/{beat.pk}.jpg", key=None).content
    for address, side in ((beat.small_cover, 320), (beat.large_cover, 600)):  # as large as it came, and no larger
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
        picture = opened(answer.content)
        assert (picture.format, picture.size) == ("WEBP", (side, side))
        assert len(answer.content) < len(original)


def test_a_picture_is_kept_for_good_by_whoever_asks_with_its_version(client: Client, shop: Sandbox) -> None:
    beat = Beat.objects.get(pk=1)
    client.get(beat.small_cover)
    maker.work_off()
    versioned, plain = client.get(beat.small_cover), client.get("/covers/1/320.webp")
    stale = client.get("/covers/1/320.webp?v=00000000")
    assert versioned["Cache-Control"] == FOR_GOOD
    assert plain["Cache-Control"] == stale["Cache-Control"] == "public, max-age=300"
    assert versioned.content == plain.content == stale.content
    assert versioned["ETag"]
    again = client.get(beat.small_cover, headers={"If-None-Match": versioned["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (client.head(beat.small_cover).status_code, client.head(beat.small_cover).content) == (200, b"")


def test_a_picture_carries_what_protects_it_and_nothing_else(client: Client, shop: Sandbox) -> None:
    beat = Beat.objects.get(pk=1)
    waiting = client.get(beat.small_cover)
    maker.work_off()
    for answer in (waiting, client.get(beat.small_cover), client.get("/covers/1/321.webp")):
        assert not answer.cookies
        assert vary(answer) <= {"Save-Data", "Accept-Encoding"}
        assert "Save-Data" in vary(answer)
        assert answer["X-Content-Type-Options"] == "nosniff"
    kept = client.get(beat.small_cover)
    assert kept["Cross-Origin-Resource-Policy"] == "cross-origin"
    # A page of covers would carry them two dozen times.
    assert "Content-Security-Policy" not in kept.headers
    assert "X-Frame-Options" not in kept.headers


def test_who_saves_data_gets_the_small_one_whichever_is_asked_for(client: Client, shop: Sandbox) -> None:
    beat = Beat.objects.get(pk=1)
    client.get(beat.large_cover)
    maker.work_off()
    saving = client.get(beat.large_cover, headers={"Save-Data": "on"})
    assert opened(saving.content).size == (320, 320)
    assert opened(client.get(beat.large_cover, headers={"Save-Data": "off"}).content).size == (600, 600)


def test_no_cover_costs_a_call(client: Client, shop: Sandbox) -> None:
    asked, counted = shop.asked, ApiCall.objects.count()
    for beat in Beat.objects.order_by("pk")[:24]:
        client.get(beat.small_cover)
        client.get(beat.share_picture)
    maker.work_off()
    for beat in Beat.objects.order_by("pk")[:24]:
        assert client.get(beat.small_cover).status_code == 200
        assert client.get(beat.share_picture).status_code == 200
    assert (shop.asked, ApiCall.objects.count()) == (asked, counted)


def test_a_new_cover_is_a_new_address_and_a_new_picture(client: Client, shop: Sandbox) -> None:
    beat = Beat.objects.get(pk=1)
    client.get(beat.small_cover)
    maker.work_off()
    before = client.get(beat.small_cover)
    old_address, beat.cover_url = beat.small_cover, Beat.objects.get(pk=2).cover_url
    beat.save()
    assert beat.small_cover != old_address
    assert client.get(beat.small_cover).status_code == 302
    maker.work_off()
    after = client.get(beat.small_cover)
    assert after.content != before.content
    # Whoever holds the old page sees the new cover, and doesn't keep it as the old.
    assert client.get(old_address).content == after.content
    assert client.get(old_address)["Cache-Control"] == "public, max-age=300"


def test_a_producer_has_a_thumbnail_like_a_cover(client: Client, shop: Sandbox) -> None:
    producer = Producer.objects.get(pk=5001)
    producer.avatar_url = Beat.objects.get(pk=1).cover_url
    producer.save()
    asked = shop.asked
    assert (first := client.get(producer.small_avatar)).status_code == 302
    assert first["Location"] == producer.avatar_url
    maker.work_off()
    answer = client.get(producer.small_avatar)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "image/webp", FOR_GOOD)
    assert opened(answer.content).size == (320, 320)
    assert shop.asked == asked
    Producer.objects.filter(pk=5001).update(avatar_url="")
    for address in (producer.small_avatar, "/avatars/999999/320.webp", "/avatars/5001/321.webp"):
        assert (client.get(address).status_code, client.get(address).content) == (404, b"")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/covers/1/321.webp",
            "/covers/1/0.webp",
            "/covers/1/99999999999999999999.webp",
            "/covers/1/640.webp?v=" + "x" * 5000,
        ),
        *("/covers/999999/320.webp", "/covers/9223372036854775807/320.webp", "/covers/2/320.webp"),
    ],
)
@pytest.mark.django_db
def test_what_is_not_there_is_a_short_empty_404(client: Client, address: str) -> None:
    beat_with_cover("")
    beat_with_cover("https://elsewhere.example/2.jpg", pk=2)  # allowed once, and no longer
    answer = client.get(address)
    assert (answer.status_code, answer.content) == (404, b"")
    assert answer["Cache-Control"] == "public, max-age=300"
    maker.work_off()
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    "address", ["/covers/0/320.webp", "/covers/01/320.webp", "/covers/1/320.jpg", "/covers/1/-1.webp"]
)
def test_what_is_no_address_is_a_404_like_any_other(client: Client, shop: Sandbox, address: str) -> None:
    assert_refused(client.get(address), 404)


@pytest.mark.django_db
def test_a_cover_can_only_be_looked_at(client: Client) -> None:
    for method in OTHER_METHODS:
        answer = client.generic(method, "/covers/1/320.webp")
        assert_refused(answer, 405)
        assert answer["Allow"] == "GET, HEAD"
        assert answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_api_itself_is_never_asked_for_a_cover(client: Client, api: Sandbox) -> None:
    beat = beat_with_cover(f"{api.api_url}/beats/1")
    assert client.get(beat.small_cover).status_code == 404
    maker.want(beat.cover_url)
    maker.work_off()
    assert api.asked == 0


@pytest.mark.django_db
def test_looking_at_a_cover_costs_two_small_questions(
    client: Client, api: Sandbox, django_assert_num_queries: fixtures.DjangoAssertNumQueries
) -> None:
    beat = beat_with_cover(f"{api.origin}/images/1.jpg")
    with django_assert_num_queries(2):
        client.get(beat.small_cover)
    maker.work_off()
    with django_assert_num_queries(2):
        client.get(beat.small_cover)


def test_the_file_lies_in_the_media_folder_and_may_be_lost(client: Client, shop: Sandbox, media_root: Path) -> None:
    beat = Beat.objects.get(pk=1)
    client.get(beat.small_cover)
    maker.work_off()
    files = sorted(media_root.rglob("*.webp"))
    assert [file.name.rpartition("-")[2] for file in files] == ["320.webp", "640.webp"]
    assert Picture.objects.get().size == sum(file.stat().st_size for file in files)
    for file in files:
        file.unlink()
    assert client.get(beat.small_cover).status_code == 302
    maker.work_off()
    assert client.get(beat.small_cover).status_code == 200
    assert len(list(media_root.rglob("*.webp"))) == 2
