"""Search finds what people mean, on every database alike."""

from collections.abc import Iterator

import pytest
from django.test import Client

from catalog.models.mirror import Beat
from tests.catalog.relevance import BEATS, GENRE_QUERIES, GENRES, KEY_QUERIES, PRODUCERS, QUERIES
from tests.conftest import sweep
from tests.pages import cards, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

IDS = {name: number for number, name in enumerate(BEATS, 1)}
NAMES = {number: name for name, number in IDS.items()}


@pytest.fixture
def named(api: Sandbox, db: None) -> Sandbox:
    """A shop that holds the named beats and no other, the later the less they were played."""
    for number in range(len(BEATS) + 1, 254):
        api.remove_beat(number)
    for number, (title, producer, genre, key) in enumerate(BEATS.values(), 1):
        api.change_beat(
            number,
            title=title,
            user_id=producer,
            producer_name=PRODUCERS[producer],
            genre={"id": genre, "name": GENRES[genre]},
            key=key,
            play_count=10_000 - number,
        )
    sweep()
    return api


def found(client: Client, query: str) -> list[str]:
    """Return the names of the beats that a search shows, every page of it."""
    names: list[str] = []
    for page in range(1, 4):
        response = client.get("/search/", {"q": query, "type": "beats", "page": page})
        if response.status_code == 404:
            break
        names += [NAMES[pk] for pk in cards(read(response))]
    return names


def wrong(client: Client) -> Iterator[str]:
    for query, expected in QUERIES.items():
        names = found(client, query)
        if names[: len(expected)] != expected:
            yield f"{query!r}: {names[: len(expected) + 2]}, not {expected}"
    for query, (first, genres) in GENRE_QUERIES.items():
        theirs = [name for name, (_, _, genre, _) in BEATS.items() if genre in genres]
        names = found(client, query)
        if names[: len(first) + len(theirs)] != [*first, *(name for name in theirs if name not in first)]:
            yield f"{query!r}: {names}, not {first} and {theirs}"
    for query, (first, key) in KEY_QUERIES.items():
        theirs = [name for name, (_, _, _, its) in BEATS.items() if its == key]
        names = found(client, query)
        if names[: len(first) + len(theirs)] != [*first, *theirs]:
            yield f"{query!r}: {names}, not {first} and {theirs}"


def test_what_people_type_finds_what_they_mean(client: Client, named: Sandbox) -> None:
    assert len(QUERIES) + len(GENRE_QUERIES) + len(KEY_QUERIES) >= 60
    asked = named.asked
    assert Beat.objects.filter(gone_at=None).count() == len(BEATS)
    misses = list(wrong(client))
    assert not misses, "\n".join(misses)
    assert named.asked == asked
