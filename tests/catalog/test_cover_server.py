"""Covers as visitors meet them: several workers, each with its thread, and a media host that may be silent."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import requests

from tests.beatconnect.raw_server import RawServer, answers, raw_server, stays_silent
from tests.catalog.pictures import encoded, origin, two_halves
from tests.sandbox import Sandbox
from tests.storefront.real_server import Shop, real_server

WORKERS = 3
JPEG = encoded(two_halves())
ADDRESSES = (
    "from catalog.models.mirror import Beat\nfor beat in Beat.objects.order_by('pk'):\n    print(beat.small_cover)"
)


def shop_of(sandbox: Sandbox, host: RawServer, folder: Path) -> AbstractContextManager[Shop]:
    allowed = f"{sandbox.origin},{origin(host)}"
    return real_server(sandbox, folder, WORKERS, BEATCONNECT_MEDIA_HOSTS=allowed, MEDIA_ROOT=str(folder / "media"))


def fill(shop: Shop, cover: str) -> list[str]:
    """Fill the mirror, give every beat a cover of its own on another host, and return where their thumbnails are."""
    shop.run("sync_catalog", "--once")
    change = (
        "from django.db.models import CharField, F, Value\nfrom django.db.models.functions import Cast, Concat\n"
        "from catalog.models.mirror import Beat\n"
        f"Beat.objects.update(cover_url=Concat(Value('{cover}'), Cast(F('pk'), CharField()), Value('.jpg')))\n"
    )
    lines = shop.run("shell", "--no-imports", "-c", change + ADDRESSES).splitlines()
    return [line for line in lines if line.startswith("/covers/")]


def get(shop: Shop, address: str) -> requests.Response:
    return requests.get(shop.origin + address, timeout=20, allow_redirects=False)


def wait_until(true: Callable[[], bool], seconds: float = 15) -> None:
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, "it took too long"
        time.sleep(0.05)


def test_a_cover_that_many_ask_for_at_once_is_fetched_once(sandbox: Sandbox, tmp_path: Path) -> None:
    with raw_server(answers(JPEG)) as host, shop_of(sandbox, host, tmp_path) as shop:
        asked_for = fill(shop, f"{origin(host)}/")[:8]
        spent = sandbox.asked
        with ThreadPoolExecutor(16) as visitors:
            first = list(visitors.map(lambda address: get(shop, address), asked_for * 8))
        # Some come when it is made already.
        assert {answer.status_code for answer in first} <= {200, 302}
        wait_until(lambda: all(get(shop, address).status_code == 200 for address in asked_for))
        assert len(host.requests) == len(asked_for)
        assert len(list((tmp_path / "media").rglob("*.webp"))) == 2 * len(asked_for)
        assert sandbox.asked == spent


def test_pages_stay_fast_while_the_media_host_is_silent(sandbox: Sandbox, tmp_path: Path) -> None:
    with raw_server(stays_silent) as host, shop_of(sandbox, host, tmp_path) as shop:
        asked_for = fill(shop, f"{origin(host)}/")[:48]
        for page in ("/", "/beats/") * WORKERS:
            get(shop, page)  # each worker has warmed up
        with ThreadPoolExecutor(8) as visitors:
            waits = list(visitors.map(lambda address: get(shop, address), asked_for))
        assert {answer.status_code for answer in waits} == {302}
        wait_until(lambda: host.connections > 0)
        started = time.monotonic()
        for page in ("/", "/beats/", "/beats/?page=2", "/genres/", "/producers/"):
            assert get(shop, page).status_code == 200
        # The makers are waiting all the while: a call's deadline is eight seconds.
        assert time.monotonic() - started < 4
