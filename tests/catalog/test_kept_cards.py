"""Cards and filters that the process keeps are, byte for byte, what would be rendered anew."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation

from catalog import keeping
from catalog.facets.index import index
from catalog.kept_rows import KeptRows
from catalog.models.mirror import Beat, Genre, Producer
from catalog.state import visibly_changed
from catalog.templatetags.catalog_kept import cards_kept
from tests.sandbox import Sandbox


def invented(rng: Random, pk: int) -> Beat:
    """Return a beat of few words, so that many differ by one of them only."""
    number = rng.randint(1, 2)
    who = rng.choice([None, Producer(id=number, name=rng.choice(["Ama", "<b>Ama</b>", ""]), fetched_at=timezone.now())])
    beat = Beat(
        id=pk,
        title=rng.choice(["", "Lagos", "Lagos & <i>Accra</i>"]),
        producer=who,
        producer_name=rng.choice(["", "Ama"]),
        genre=rng.choice([None, Genre(id=1, name="Highlife", fetched_at=timezone.now())]),
        price=rng.choice([None, Decimal(0), Decimal("20.00"), Decimal("1999.50")]),
        duration=rng.choice([None, 61, 3700]),
        bpm=rng.choice([None, 100, 101]),
        key=rng.choice(["", "F# minor", "C major"]),
        audio_url=rng.choice(["", "https://media.example/a.mp3"]),
        cover_url=rng.choice(["", "https://media.example/a.jpg", "https://media.example/b.jpg"]),
        fetched_at=timezone.now() - rng.choice([timedelta(0), timedelta(hours=9), timedelta(days=3)]),
    )
    beat.reason = rng.choice(["", "", "same key", "<q>"])
    return beat


def test_a_kept_card_is_the_one_that_would_be_rendered_anew() -> None:
    rng = Random(11)
    cards_kept.clear()
    for _ in range(300):
        shown = {
            "beats": [invented(rng, rng.randint(1, 3)) for _ in range(rng.randint(0, 7))],
            "kind": rng.choice(["grid", "reel"]),
            "lazy": rng.choice([True, False]),
            "saves_data": rng.choice([True, False]),
            "found": None,
        }
        with translation.override(rng.choice(["en", "fr", "pt", "sw"])):
            kept = render_to_string("catalog/_cards.html", shown)
            before = dict(cards_kept._things)
            cards_kept.clear()
            assert kept == render_to_string("catalog/_cards.html", shown)
            for facts, card in before.items():
                cards_kept.keep(facts, card)
    assert len(cards_kept) > 100


def test_what_is_kept_is_bounded_and_the_oldest_goes_first() -> None:
    kept: keeping.Kept[int] = keeping.Kept(3)
    for number in range(5):
        kept.keep(number, number * 10)
    assert [kept.get(number) for number in range(5)] == [None, None, 20, 30, 40]
    kept.keep(4, 41)
    assert (len(kept), kept.get(4), kept.get(2)) == (3, 41, 20)


@pytest.mark.django_db
def test_a_page_made_of_kept_parts_is_the_page_made_anew(
    client: Client, shop: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/beats/?page=2", "/fr/beats/?genre=2&sort=popular", "/sw/beats/?mixes_with=250", "/beats/?page=3"):
        client.get(path.replace("page=3", "page=1"))
        kept = client.get(path).content
        cards_kept.clear()
        monkeypatch.setattr(index, "_held", None)
        monkeypatch.setattr("catalog.listing.kept_rows", KeptRows())
        assert client.get(path).content == kept


@pytest.mark.django_db
def test_a_change_shows_on_a_kept_card_at_once(client: Client, shop: Sandbox) -> None:
    client.get("/beats/")
    newest = Beat.objects.filter(gone_at=None).order_by("-created_at", "-id")[0]
    Beat.objects.filter(pk=newest.pk).update(title="Quite Another Name")
    Producer.objects.filter(pk=newest.producer_id).update(name="Somebody Else")
    visibly_changed()
    page = client.get("/beats/").content.decode()
    assert "Quite Another Name" in page


@pytest.mark.parametrize("first", ["/", "/favourites/", "/account/login/"])
def test_no_page_shows_what_another_put_into_its_frame(client: Client, shop: Sandbox, first: str) -> None:
    client.get(first)
    keeps, lets_go = b'name="keep" value="1"', b'name="keep" value="0"'
    found = [client.get(path).content for path in ("/", "/beats/", "/favourites/", "/account/login/")]
    assert [(keeps in page, lets_go in page) for page in found] == [
        *[(True, False)] * 2,
        (False, True),
        (False, False),
    ]
