"""What each page asks of the database: a fixed number of questions, however much the catalogue holds.

The pages about one beat, feeds, embeds, sitemaps and the check say theirs beside their other tests.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models.mirror import Beat
from tests.conftest import sweep
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

CRAWLER = {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}

# Of a list: the state, and which beats; a partner to mix with costs one more. The rows, and what the filters hold, are
# asked once for each state of the mirror.
LISTS = {
    "/beats/": 2,
    "/beats/?genre=1&genre=2&bpm_min=90&times=any&key=8A&price_max=90&sort=bpm_asc": 2,
    "/beats/?mixes_with=250": 3,
    "/beats/?page=99": 1,
    "/genres/2/": 3,
    "/producers/5001/": 8,
    "/producers/": 3,
    "/producers/?q=dj&sort=beats": 3,
    "/genres/": 2,
    "/": 7,
}
# Of a search: the state, the genres, which of the words are known, of beats and of producers who is called so and what
# has the words (once whole, once begun), what was found as ranking and as the page needs it.
SEARCHES = {
    "/search/": 3,
    "/search/?q=nairobi": 12,
    "/search/?q=nairobi&type=beats": 12,
    "/search/?q=nairobi&type=producers": 11,
    "/search/?q=nairobi&page=99": 11,
    "/search/?q=c+minor": 15,
    "/search/?q=night+bus+in+lagos": 27,
    "/search/?q=harmatan": 18,
    "/search/?q=xqzwv+nairobi": 16,
    "/search/?q=xqzwvvy": 13,
    "/search/?q=a+b+c+d+e+f+g+h+i": 26,
}
KEYSTROKES = {
    "/search/suggest/?q=": 0,
    "/search/suggest/?q=am": 12,
    "/search/suggest/?q=amapiano": 12,
    "/search/suggest/?q=night+bu": 12,
    "/search/suggest/?q=harmatan": 14,
    "/search/suggest/?q=xqzwvvy": 9,
}


def counted(client: Client, addresses: dict[str, int]) -> dict[str, int]:
    """Return how many queries each address costs a crawler, for whom BeatConnect is never asked."""
    costs = {}
    for address in addresses:
        canonical = client.get(address, headers=CRAWLER).get("Location", address)
        with CaptureQueriesContext(connection) as queries:
            client.get(canonical, headers=CRAWLER)
        costs[address] = len(queries)
    return costs


def test_lists_searches_and_keystrokes_cost_what_they_cost(client: Client, shop: Sandbox) -> None:
    for addresses in (LISTS, SEARCHES, KEYSTROKES):
        assert counted(client, addresses) == addresses


def test_a_list_costs_a_small_catalogue_the_same(client: Client, api: Sandbox, db: None) -> None:
    for number in range(1, 200):
        api.remove_beat(number)
    sweep()
    assert Beat.objects.count() < 60
    empty = next(address for address in LISTS if "price_max" in address)  # by now: no rows are read
    assert counted(client, LISTS) == {**LISTS, empty: LISTS[empty] - 1}
