"""Whatever a visitor, a crawler or an attacker types after the question mark: never an error of ours."""

import logging
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import fixtures

from catalog.models.mirror import Genre, Producer
from tests.pages import PUBLIC, Node, assert_refused, assert_whole, cards, links, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

PARAMETERS = ("genre", "producer", "sort", "page")
MEGABYTE = "a" * 2**20
NONSENSE = [
    "%00",
    "a%00b",
    MEGABYTE,
    "9" * 2**20,
    quote("🎵" * 80_000),
    "%ED%A0%80",
    "%FF%FE",
    "%Aaction",
    "%25%25%25_%5C*%22",
    quote("\u202eevil\u200b"),
    quote("<script>alert(1)</script>"),
    quote('"><img src=x onerror=alert(1)>'),
    quote("{{7*7}}${7*7}{%debug%}"),
    quote("1\r\nX-Injected: 1"),
    quote("price;drop table catalog_beat"),
    ",".join(map(str, range(1000))),
]


def list_pages() -> list[str]:
    """Return every page that reads the query, and two that don't."""
    genre, producer = Genre.objects.get(pk=2).url, Producer.objects.get(pk=5001).url
    return ["/", "/beats/", "/genres/", genre, "/producers/", producer]


@pytest.fixture
def plain(client: Client, shop: Sandbox) -> dict[str, bytes]:
    """Every list page as it is without a query."""
    return {path: client.get(path).content for path in list_pages()}


def unchanged(client: Client, plain: dict[str, bytes], query: str) -> None:
    """Check that a query is as good as none, on every page."""
    for path, content in plain.items():
        assert client.get(f"{path}?{query}").content == content, (path, query[:80])


def test_nonsense_in_any_parameter_is_as_good_as_nothing(
    client: Client, plain: dict[str, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    for nonsense in NONSENSE:
        names = ("genre", "producer", "sort", "limit", "price_min", "sort[]")
        unchanged(client, plain, "&".join(f"{name}={nonsense}" for name in names))
        # Anything may be a name to look for.
        assert client.get(f"/producers/?q={nonsense}").status_code == 200
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_nonsense_as_a_name_is_dropped(client: Client, plain: dict[str, bytes]) -> None:
    for name in NONSENSE:
        unchanged(client, plain, f"{name}=1&{name}")


def test_what_is_no_page_number_is_page_one(client: Client, plain: dict[str, bytes]) -> None:
    for text in ("0", "-1", "1e9", "2.0", "NaN", "%D9%A3", "%C2%B2", "1_0", "%202", "2%20", "%2B2", "0x2", "", "00001"):
        unchanged(client, plain, f"page={text}")


@pytest.mark.parametrize("number", ["99", "1000000000", "9" * 19, "9" * 30, "9" * 5000, "0" * 5000 + "99"])
def test_a_page_beyond_the_end_is_a_404_with_the_way_to_page_one(client: Client, shop: Sandbox, number: str) -> None:
    for path in list_pages():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"{path}?page={number}")
        if path in {"/", "/genres/"}:
            assert response.status_code == 200
            continue
        assert path in links(assert_refused(response, 404).the("main"))
        assert len(queries) <= 5
        assert all(len(query["sql"]) < 2000 for query in queries.captured_queries)


def test_of_a_parameter_given_twice_the_last_counts(client: Client, shop: Sandbox) -> None:
    assert client.get("/beats/?page=1&page=2").content == client.get("/beats/?page=2").content
    assert client.get("/beats/?sort=popular&sort=price_asc").content == client.get("/beats/?sort=price_asc").content
    assert client.get("/beats/?producer=1&producer=5001").content == client.get("/beats/?producer=5001").content
    assert client.get("/beats/?genre=3&genre=2").content == client.get("/beats/?genre=2&genre=3").content
    assert client.get("/beats/?genre=2&genre=2").content == client.get("/beats/?genre=2").content


def test_at_most_ten_genres_count(client: Client, shop: Sandbox) -> None:
    query = "&".join(f"genre={number}" for number in range(1, 90))
    page = assert_whole(client.get(f"/beats/?{query}"))
    assert len(page.all("a", class_="chip-active")) == 10


def test_what_is_no_id_filters_nothing(client: Client, plain: dict[str, bytes]) -> None:
    for text in ("0", "-2", "%D9%A2", "9223372036854775808", "9" * 5000, "2.0", "two", "2,3"):
        unchanged(client, plain, f"genre={text}&producer={text}")


def test_the_largest_id_fits_nothing_and_breaks_nothing(client: Client, shop: Sandbox) -> None:
    for name in ("genre", "producer"):
        page = assert_whole(client.get(f"/beats/?{name}=9223372036854775807"))
        assert (cards(page), page.the("h2", id="results-count").text) == ([], "0 beats")


def test_too_many_parameters_are_a_400_where_any_is_read(client: Client, shop: Sandbox) -> None:
    query = "&".join(f"p{number}=1" for number in range(2000))
    for path in list_pages():
        response = client.get(f"{path}?{query}")
        if response.status_code != 200:
            assert_refused(response, 400)
    assert client.get(f"/beats/?{query}").status_code == 400


def test_nobody_changes_how_many_beats_a_page_holds(client: Client, plain: dict[str, bytes]) -> None:
    for query in ("limit=100000", "limit=0", "limit=-1", "limit=abc", "per_page=1", "min_price=1e308&max_price=-5"):
        unchanged(client, plain, query)


def test_a_crawler_of_made_up_parameters_fills_no_cache_and_costs_no_call(
    client: Client, shop: Sandbox, settings: fixtures.Settings
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # can be looked into
    plain, asked = client.get("/beats/"), shop.asked
    kept = len(cache._cache)
    for number in range(30):
        response = client.get(f"/beats/?utm_source={number}&{number}=x&sort=s{number}")
        assert (response["ETag"], response["Cache-Control"]) == (plain["ETag"], PUBLIC)
    assert shop.asked == asked
    assert len(cache._cache) == kept


@examples(max_examples=60)
@given(
    pairs=st.lists(st.tuples(st.sampled_from(PARAMETERS) | st.text(max_size=8), st.text(max_size=40)), max_size=8),
    place=st.integers(0, 5),
)
def test_any_query_at_all_gives_a_page(client: Client, shop: Sandbox, pairs: list[tuple[str, str]], place: int) -> None:
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    response = client.get(f"{list_pages()[place]}?{query}")
    assert response.status_code in {200, 404}
    assert_whole(response)


@examples(max_examples=60)
@given(raw=st.binary(max_size=60))
def test_any_bytes_at_all_give_a_page(client: Client, shop: Sandbox, raw: bytes) -> None:
    for path in ("/beats/", "/producers/"):
        # As a server hands them over: bytes in the guise of Latin-1.
        response = client.get(path, QUERY_STRING=raw.decode("latin-1"))
        assert response.status_code in {200, 404}


NOWHERE = [
    *(f"/{room}/{number}/" for room in ("beats", "genres", "producers") for number in ("9" * 19, "9" * 30, "0", "01")),
    *(f"/beats/{odd}/" for odd in ("9" * 5000, "%D9%A3", "%C2%B2", "1_0", "-1", "1.0", "+1", "1%00", "1%0A", "%00")),
    *("/beats/1/../2/", "/beats/%2e%2e%2f", "/beats/1/a/b/", "/%FF%FE/", "/.env", "/beats.json", "/%00", "/%0D%0AX:1/"),
    "/%3Cscript%3Ealert(1)%3C/script%3E/",
    "/%22onload=%22alert(1)/",
]


def test_an_address_that_leads_nowhere_is_a_404(client: Client, shop: Sandbox) -> None:
    normal = elements(read(client.get("/nowhere/")))
    for path in NOWHERE:
        assert elements(assert_refused(client.get(path), 404)) == normal, path


def elements(page: Node) -> list[tuple[str, list[str]]]:
    # The menu marks the room that an address begins with.
    return [(tag, [name for name in names if name != "aria-current"]) for tag, names in page.skeleton]


def test_no_path_leads_to_another_site(client: Client, shop: Sandbox) -> None:
    for path in ("//evil.com/", "//evil.com", "/\\evil.com", "////evil.com/beats", "//beats", "/\t/evil.com"):
        # Given as the address, the client would take the first part for a host.
        response = client.get("/", PATH_INFO=path)
        assert response.status_code in {301, 404}
        location = response.headers.get("Location", "/")
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))


def test_a_missing_slash_is_added(client: Client, shop: Sandbox) -> None:
    for path in ("/beats", "/genres", "/producers/5001"):
        response = client.get(path + "?sort=popular")
        assert (response.status_code, response["Location"]) == (301, f"{path}/?sort=popular")


def test_a_query_too_long_to_carry_on_is_not_carried_on(client: Client, shop: Sandbox) -> None:
    assert_refused(client.get("/producers/5001/?x=" + MEGABYTE), 404)


def test_reading_changes_nothing(client: Client, shop: Sandbox) -> None:
    for path in [*list_pages(), "/beats/1/", "/beats/999/", "/nowhere/"]:
        for ask in (client.get, client.head):
            with CaptureQueriesContext(connection) as queries:
                ask(path, headers={"Sec-Purpose": "prefetch"})
            assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)
