"""The filters of every list: what each lets through, how many each choice holds, and the address of it all."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.harmony import KEYS, Key, neighbours, parse_key, tempo_fit
from catalog.models.mirror import Beat
from tests.conftest import sweep, sweep_later
from tests.pages import Node, assert_public, cards, links, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

Told = dict[str, Any]


@pytest.fixture
def told(shop: Sandbox) -> list[Told]:
    """Every beat as the API tells it, newest first."""
    shop.limits("off")
    return shop.beats()


def ask(client: Client, **query: object) -> Node:
    response = client.get("/beats/", query)
    assert response.status_code == 200
    return read(response)


def total(page: Node) -> int:
    return int(page.the("h2", id="results-count").text.split()[0].replace(",", ""))


def key_of(beat: Told) -> Key | None:
    return parse_key(beat["key"] or "")


def fits(beat: Told, query: dict[str, Any], partner: Told | None = None) -> bool:
    """Tell whether a beat fits a query: the rules once more, in the plainest words."""
    bpm, price, key = beat["bpm"], beat["price"], key_of(beat)
    low, high = query.get("bpm_min"), query.get("bpm_max")
    if low or high:
        heard = [bpm] if bpm else []
        if query.get("times") and bpm:
            heard += [bpm * 2, bpm / 2]
        if not any((not low or low <= one) and (not high or one <= high) for one in heard):
            return False
    if "key" in query and (key is None or key.camelot not in query["key"]):
        return False
    if "price_min" in query and (price is None or price < query["price_min"]):
        return False
    if "price_max" in query and (price is None or price > query["price_max"]):
        return False
    if "genre" in query and beat["genre"]["id"] not in query["genre"]:
        return False
    if "producer" in query and beat["user_id"] != query["producer"]:
        return False
    return partner is None or mixes(partner, beat)


def mixes(partner: Told, beat: Told) -> bool:
    if partner["id"] == beat["id"]:
        return False
    if partner["bpm"] and not (beat["bpm"] and tempo_fit(partner["bpm"], beat["bpm"])):
        return False
    mine = key_of(partner)
    if mine is None:
        return bool(partner["bpm"])  # of a beat whose tempo and key are unknown, nobody knows what mixes with it
    return key_of(beat) in neighbours(mine)


def in_order(query: dict[str, Any]) -> dict[str, Any]:
    """Return a query whose ranges begin with their lower end."""
    for low, high in (("bpm_min", "bpm_max"), ("price_min", "price_max")):
        if low in query and high in query:
            query[low], query[high] = sorted((query[low], query[high]))
    return query


QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "bpm_min": st.integers(60, 180),
        "bpm_max": st.integers(60, 180),
        "times": st.just("any"),
        "key": st.lists(st.sampled_from([key.camelot for key in KEYS]), min_size=1, max_size=6),
        "price_min": st.integers(0, 150),
        "price_max": st.integers(0, 150),
        "genre": st.lists(st.integers(1, 22), min_size=1, max_size=5),
        "producer": st.integers(5001, 5034),
    },
).map(in_order)


@settings(max_examples=60)
@given(query=QUERIES, partner=st.none() | st.integers(0, 252))
def test_any_filters_together_show_what_fits_all_of_them(
    client: Client, told: list[Told], query: dict[str, Any], partner: int | None
) -> None:
    with_ = told[partner] if partner is not None else None
    expected = [beat["id"] for beat in told if fits(beat, query, with_)]
    page = ask(client, **query, **({"mixes_with": with_["id"]} if with_ else {}))
    assert cards(page) == expected[:24]
    assert total(page) == len(expected)


@settings(max_examples=25)
@given(query=QUERIES)
def test_every_choice_holds_as_many_as_it_says(client: Client, told: list[Told], query: dict[str, Any]) -> None:
    form = ask(client, **query).the("form", id="filters")
    for tick in form.all("li", class_="tick"):
        box = tick.the("input")
        # Ticked alone among its kind, beside the other filters as they are.
        alone = {**query, box["name"]: [int(box["value"]) if box["name"] == "genre" else box["value"]]}
        assert tick.the("span", class_="tick-count").text == str(sum(fits(beat, alone) for beat in told)), alone
    for link in form.all("a", class_="range-link"):
        if "aria-current" in link.attributes:
            continue
        asked = dict(parse_qsl(urlsplit(link["href"]).query))
        ends = ("bpm_min", "bpm_max", "price_min", "price_max")
        alone = {name: value for name, value in query.items() if name not in (*ends, "times")}
        alone |= {name: float(asked[name]) for name in ends if name in asked}
        alone |= {"times": "any"} if "times" in asked else {}
        assert link.the("span").text == str(sum(fits(beat, alone) for beat in told)), link["href"]


def test_half_and_double_time_are_heard_too(client: Client, api: Sandbox) -> None:
    for number, bpm in ((1, 70), (2, 140), (3, 71), (4, 280)):
        api.change_beat(number, bpm=bpm)
    sweep()
    straight = cards(ask(client, bpm_min=139, bpm_max=141))
    both = cards(ask(client, bpm_min=139, bpm_max=141, times="any", sort="bpm_asc"))
    assert 2 in straight
    assert 1 not in straight
    assert {1, 2, 4} <= set(both)
    assert 3 not in both


def test_the_tempo_orders_too_and_unknown_ones_come_last(client: Client, told: list[Told]) -> None:
    ordered = sorted(told, key=lambda beat: (beat["bpm"] is None, beat["bpm"], -beat["id"]))
    assert cards(ask(client, sort="bpm_asc")) == [beat["id"] for beat in ordered[:24]]
    last = cards(ask(client, sort="bpm_asc", page=11))
    assert last == [beat["id"] for beat in ordered[-13:]]


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("bpm_min=120&bpm_max=90", "?bpm_min=90&bpm_max=120"),
        ("bpm_min=1&bpm_max=999", "?bpm_min=20&bpm_max=400"),
        ("bpm_min=-5&bpm_max=NaN&price_min=1e308&price_max=x", ""),
        ("times=any", ""),
        ("times=all&bpm_min=90", "?bpm_min=90"),
        ("key=Am&key=8A&key=C%20major&key=H", "?key=8B&key=8A"),
        ("price_min=020.00&price_max=49,9", "?price_min=20&price_max=49.90"),
        ("price_min=50&price_max=20", "?price_min=20&price_max=50"),
        ("price_max=99999999999999999999", ""),
        ("mixes_with=999999", ""),
        ("mixes_with=abc&bpm_min=%D9%A3", ""),
        ("sort=bpm_asc&genre=3&bpm_min=90", "?genre=3&bpm_min=90&sort=bpm_asc"),
    ],
)
def test_every_question_has_one_address(client: Client, shop: Sandbox, query: str, address: str) -> None:
    assert_public(client.get("/beats/?" + query), "/beats/" + address)


def test_chips_say_what_is_asked_and_take_it_back(client: Client, shop: Sandbox) -> None:
    title = Beat.objects.get(pk=7).display_title
    query = {"bpm_min": 90, "bpm_max": 120, "times": "any", "key": ["8A", "8B"], "price_max": "49.90", "mixes_with": 7}
    page = ask(client, **query)
    chips = page.all("a", class_="chip-active")
    assert [chip.text.removeprefix("Remove: ") for chip in chips] == [
        "90–120 BPM, half and double time too",
        "C major",
        "A minor",
        "up to $49.90",
        f"Mixes with {title}",
    ]
    gone = [{"bpm_min", "bpm_max", "times"}, {"8B"}, {"8A"}, {"price_max"}, {"mixes_with"}]
    everything = parse_qsl(urlsplit(page.the("link", rel="canonical")["href"]).query)
    for chip, taken in zip(chips, gone, strict=True):
        rest = [pair for pair in everything if not taken & set(pair)]
        assert parse_qsl(urlsplit(chip["href"]).query) == rest


def test_a_range_in_force_takes_itself_back(client: Client, shop: Sandbox) -> None:
    first = ask(client, genre=2).all("a", class_="range-link")[0]
    again = read(client.get(first["href"]))
    current = again.the("a", class_="range-link", aria_current="true")
    assert current["href"] == "/beats/?genre=2"
    assert total(again) == int(first.the("span").text)


def test_what_mixes_with_an_unreadable_beat_is_nothing(client: Client, api: Sandbox) -> None:
    api.change_beat(7, bpm=None, key="who knows")
    sweep()
    page = ask(client, mixes_with=7)
    assert total(page) == 0
    assert "No beat fits all of that" in page.text


def test_a_filter_with_one_choice_is_not_offered(client: Client, told: list[Told]) -> None:
    genres: Callable[[int], set[int]] = lambda pk: {beat["genre"]["id"] for beat in told if beat["user_id"] == pk}  # noqa: E731
    single = next(pk for pk in range(5001, 5035) if len(genres(pk)) == 1)
    page = read(client.get(f"/producers/{single}/", follow=True))
    assert not page.all("input", name="genre")
    assert page.the("select", id="sort")


def test_counts_follow_the_mirror(client: Client, shop: Sandbox) -> None:
    before = total(ask(client, genre=2))
    shop.remove_beat(next(iter(Beat.objects.filter(genre=2).values_list("pk", flat=True))))
    sweep_later(shop)
    page = ask(client, genre=2)
    assert total(page) == before - 1
    tick = next(tick for tick in page.all("li", class_="tick") if tick.the("input")["value"] == "2")
    assert tick.the("span", class_="tick-count").text == str(before - 1)


def test_filters_cost_no_call(client: Client, shop: Sandbox) -> None:
    asked = shop.asked
    for link in links(ask(client, mixes_with=7))[:60]:
        if link.startswith("/beats/?"):
            client.get(link)
    assert shop.asked == asked
