"""Two hosts' processes on one database and one Redis, each with a MEDIA_ROOT of its own: one shop.

Several hosts need PostgreSQL, so these tests run where DATABASE_URL names one.
"""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import pytest
import requests
from django.db import connection

from tests.sandbox import Sandbox
from tests.storefront.own_redis import own_redis
from tests.storefront.real_server import PATIENCE, Shop, real_server, serve_beside
from tests.storefront.visitors import Browser, make_buyer
from tests.webhooks import ADDRESS, NEW, RECEIVED, a_beat, body_of, signed

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="several hosts need PostgreSQL")
LIMITS = "6/minute,100/hour,1000/day"
LEDGER = """
import json
from catalog.models.ledger import ApiCall
from catalog.models.sync import Lease
from datetime import timedelta
taken = Lease.objects.get(pk="sync").epoch
sent = list(ApiCall.objects.values_list("sent_at", flat=True))
fullest = max(sum(one <= other < one + timedelta(minutes=1) for other in sent) for one in sent)
print(json.dumps([len(sent), fullest, taken]))
"""


@pytest.fixture(scope="module")
def hosts(sandbox_server: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Shop]]:
    sandbox_server.reset()
    sandbox_server.limits(LIMITS)
    folders = [tmp_path_factory.mktemp(name) for name in ("first", "second")]
    with own_redis(folders[0]) as redis:
        settings = {
            "CACHE_URL": redis.url,
            "BEATCONNECT_LIMITS": LIMITS,
            "BEATCONNECT_WEBHOOK_SECRETS": NEW,
            "BACKGROUND_SYNC": "on",
        }
        with (
            real_server(sandbox_server, folders[0], 2, **settings, MEDIA_ROOT=str(folders[0])) as first,
            serve_beside(first, "storefront.wsgi:application", MEDIA_ROOT=str(folders[1])) as second,
        ):
            make_buyer(first)
            yield [first, second]


def test_both_hosts_fill_one_mirror_and_keep_to_one_ledger(hosts: list[Shop], sandbox_server: Sandbox) -> None:
    # Everybody asks for what nobody knows, on both hosts, while both schedulers want to sweep.
    addresses = [f"{host.origin}/beats/{900 + number}/" for number, host in zip(range(24), cycle(hosts), strict=False)]
    with ThreadPoolExecutor(8) as visitors:
        answers = list(visitors.map(lambda url: requests.get(url, timeout=PATIENCE).status_code, addresses))
    assert set(answers) <= {404, 503}
    # In this order: a call is counted before it is sent, and the schedulers go on.
    stats = sandbox_server.stats()
    counted, fullest, taken = json.loads(hosts[0].run("shell", "--no-imports", "-c", LEDGER).splitlines()[-1])
    assert stats["refused"] == 0
    assert 1 <= stats["asked_total"] <= counted
    assert fullest <= 6
    assert taken >= 1, "whoever filled the mirror did so under the lease"
    for host in hosts:
        assert requests.get(f"{host.origin}/beats/", timeout=PATIENCE).text.count('class="card"') > 0


def test_an_event_that_one_host_takes_in_shows_on_the_other(hosts: list[Shop]) -> None:
    beat = a_beat(7777, title="Two Rivers", price=12.34)
    body = body_of("beat.created", beat, id="evt_two_hosts")
    taken = requests.post(hosts[0].origin + ADDRESS, data=body, headers=signed(body), timeout=PATIENCE)
    assert taken.content == RECEIVED
    # Kept once, on whichever host it comes again.
    again = requests.post(hosts[1].origin + ADDRESS, data=body, headers=signed(body), timeout=PATIENCE)
    assert again.status_code == 200
    give_up = time.monotonic() + PATIENCE
    while "12.34" not in requests.get(f"{hosts[1].origin}/beats/7777/", timeout=PATIENCE).text:
        assert time.monotonic() < give_up
        time.sleep(0.1)
    assert [key for (key,) in hosts[1].rows("WebhookEvent", "key")] == ["evt:evt_two_hosts"]


def test_a_session_made_on_one_host_is_good_on_the_other_and_ends_on_both(hosts: list[Shop]) -> None:
    first, second = hosts
    alice = Browser()
    alice.sign_in(first)
    assert alice.get(f"{second.origin}/account/", allow_redirects=False, timeout=PATIENCE).status_code == 200
    alice.fill_in(f"{second.origin}/account/logout/")
    assert alice.get(f"{first.origin}/account/", allow_redirects=False, timeout=PATIENCE).status_code == 302


def test_wrong_passwords_are_counted_over_both_hosts(hosts: list[Shop]) -> None:
    email = "bob@example.com"
    make_buyer(hosts[0], email)
    mallory = Browser()
    for host, _ in zip(cycle(hosts), range(10), strict=False):
        assert "Too many failed login attempts" not in mallory.sign_in(host, email, "wrong").text
    for host in hosts:
        assert "Too many failed login attempts" in Browser().sign_in(host, email).text
