"""Several real workers, each with its store: a change shows in all of them, without anybody telling them."""

import time
from collections.abc import Callable
from pathlib import Path

import requests

from tests.sandbox import Sandbox
from tests.storefront.real_server import PATIENCE, Shop, real_server

CHANGE = """
from django.db import transaction
from catalog.models.mirror import Beat
from catalog.state import lock_state, visibly_changed
with transaction.atomic():
    lock_state()
    Beat.objects.filter(pk=2).update(price="12.34")
    visibly_changed()
"""
# So many answers in a row that both workers are among them.
ENOUGH = 30


def ask(shop: Shop, path: str) -> requests.Response:
    # Each on a connection of its own, for which any worker may be picked.
    return requests.get(shop.origin + path, headers={"Connection": "close"}, timeout=20)


def test_a_change_shows_in_every_worker_and_is_then_a_hit_again(sandbox: Sandbox, tmp_path: Path) -> None:
    with real_server(sandbox, tmp_path, PAGE_STORE_MB="16") as shop:
        shop.run("sync_catalog", "--once", "--no-wait")
        path = ask(shop, "/beats/2/").url.removeprefix(shop.origin)
        wait_until(lambda: all(ask(shop, path).headers["X-Cache"] == "hit" for _ in range(ENOUGH)))
        assert "$12.34" not in ask(shop, path).text
        shop.run("shell", "--no-imports", "-c", CHANGE)
        wait_until(lambda: all("$12.34" in ask(shop, path).text for _ in range(ENOUGH)))
        wait_until(lambda: all(ask(shop, path).headers["X-Cache"] == "hit" for _ in range(ENOUGH)))


def test_without_memory_for_it_nothing_is_kept(sandbox: Sandbox, tmp_path: Path) -> None:
    with real_server(sandbox, tmp_path, PAGE_STORE_MB="0") as shop:
        shop.run("sync_catalog", "--once", "--no-wait")
        assert ["X-Cache" in ask(shop, "/beats/").headers for _ in range(2)] == [False, False]


def wait_until(true: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.1)
