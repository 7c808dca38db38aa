"""Many tabs of one buyer, in several processes, look at once: BeatConnect is asked once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.accounts.buyers import calls_of
from tests.sandbox import ALICE, Sandbox
from tests.storefront.real_server import Shop, real_server

WORKERS, TABS = 4, 8
SIGN_IN = f"""
from django.conf import settings
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from accounts.connecting import connect
from accounts.models import User
alice = User.objects.create_user("alice@example.com", "a long pass phrase")
assert connect(alice, "{ALICE}").name == "works"
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(alice.pk), alice.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session.create()
print("session:" + session.session_key)
"""


@pytest.fixture
def shop(sandbox: Sandbox, tmp_path: Path) -> Iterator[Shop]:
    # On SQLite, or on PostgreSQL where DATABASE_URL names one: CI runs both.
    with real_server(sandbox, tmp_path, WORKERS) as running:
        yield running


def test_tabs_that_look_at_once_cost_one_call(sandbox: Sandbox, shop: Shop) -> None:
    told = shop.run("shell", "-c", SIGN_IN)
    cookies = {"sessionid": told.partition("session:")[2].split()[0]}
    # So slow that all of them look while the first still waits.
    sandbox.fault("latency", path="/v1/orders", seconds=1.5)
    asked = calls_of(sandbox, ALICE)
    with ThreadPoolExecutor(TABS) as tabs:
        answers = list(
            tabs.map(lambda _: requests.get(f"{shop.origin}/orders/", cookies=cookies, timeout=30), range(TABS))
        )
    assert {answer.status_code for answer in answers} == {200}
    assert calls_of(sandbox, ALICE) == asked + 1
    pages = [answer.text for answer in answers]
    assert any('class="order"' in page for page in pages)
    assert all('class="order"' in page or "on their way from BeatConnect" in page for page in pages)
