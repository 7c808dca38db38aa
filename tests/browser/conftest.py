"""A real Chromium on the real pages, and a rule for all of them: a page never complains.

Without a Chromium these tests are skipped, and say so; where SKIP_NOTHING is 1, as in CI, they fail instead.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import fixtures
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from catalog.models.mirror import Beat, Genre, Producer
from catalog.models.search import SearchEntry, SearchWord
from catalog.models.sync import SyncState
from tests.browser.buyers import sign_in
from tests.browser.complaints import Complaints
from tests.browser.swaps import PATIENCE
from tests.chromium import CHROMIUM, KINDS
from tests.conftest import sweep
from tests.sandbox import Sandbox

NO_CHROMIUM = f"no Chromium found: install the package {' or '.join(KINDS)}, or let CHROME_PATH name one"
# Playwright keeps an event loop running in this thread, where Django refuses to query unless told that it may.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
HERE = Path(__file__).parent
SHELVES = (Genre, Producer, Beat, SearchEntry, SearchWord, SyncState)
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not item.path.is_relative_to(HERE):
            continue
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.django_db(transaction=True))
        if not CHROMIUM and os.environ.get("SKIP_NOTHING") != "1":
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    if not CHROMIUM:
        pytest.fail(NO_CHROMIUM, pytrace=False)
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
    return {"executable_path": CHROMIUM, "args": [*arguments, "--autoplay-policy=no-user-gesture-required"]}


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(base_url: str) -> dict[str, Any]:
    # Calm, or half the time would go into painting what moves: without a graphics card the processor does it.
    calm = {"color_scheme": "dark", "reduced_motion": "reduce"}
    return {"base_url": base_url, "viewport": {"width": 1280, "height": 800}, **calm}


@pytest.fixture
def api(api: Sandbox, settings: fixtures.Settings) -> Sandbox:
    """The sandbox, also as the media host in the policy that pages are sent with: it was made when settings loaded."""
    policy = settings.CONTENT_SECURITY_POLICY
    media = {name: ["'self'", api.origin] for name in ("img-src", "media-src")}
    # A worker that is still being fetched when its window closes complains of it; test_offline.py has it.
    settings.SERVICE_WORKER = False
    settings.CONTENT_SECURITY_POLICY = {**policy, "DIRECTIVES": {**policy["DIRECTIVES"], **media}}
    return api


@pytest.fixture(scope="session")
def shelves() -> dict[str, list[tuple[Any, ...]]]:
    """The tables of a shop that was filled once, for those that come after it."""
    return {}


@pytest.fixture
def shop(api: Sandbox, transactional_db: None, shelves: dict[str, list[tuple[Any, ...]]]) -> Sandbox:
    """A shop whose mirror holds the sandbox's whole catalogue: swept for the first test, laid out again for others."""
    # Row by row as they are: making objects of them would take ten times as long, 300 times.
    with transaction.atomic(), connection.cursor() as cursor:
        for table, rows in shelves.items():
            cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)
    if not shelves:
        sweep()
        with connection.cursor() as cursor:
            for table in (model._meta.db_table for model in SHELVES):
                cursor.execute(f"SELECT * FROM {table}")
                shelves[table] = cursor.fetchall()
    return api


@pytest.fixture
def varied(shop: Sandbox) -> Sandbox:
    """A shop that also holds what pages must cope with: a beat of which nothing is known, and one no longer sold."""
    unknown = {"price": None, "bpm": None, "key": "", "duration": None, "audio_url": "", "cover_url": ""}
    Beat.objects.filter(pk=252).update(**unknown, producer=None, producer_name="", genre=None, title="")
    Beat.objects.filter(pk=7).update(gone_at="2026-01-01T00:00Z")
    return shop


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What pages complained about; whatever a test does not expect of them fails it."""
    collected = Complaints()
    yield collected
    assert not collected.unexpected


@pytest.fixture
def open_context(
    browser: Browser,
    browser_context_args: dict[str, Any],
    complaints: Complaints,
    api: Sandbox,
    transactional_db: None,
) -> Iterator[Callable[..., BrowserContext]]:
    """Open another browser window with other properties, watched like the first.

    The windows are closed before the database is emptied and the settings change back: a page goes on loading covers
    when its test is over.
    """
    opened: list[BrowserContext] = []

    def open_one(**properties: Any) -> BrowserContext:
        context = browser.new_context(**{**browser_context_args, **properties})
        context.set_default_timeout(PATIENCE)
        complaints.listen(context)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        complaints.hear_out(context)
        context.close()
    # Nor is a table emptied while the server still answers what a closed window had asked for.
    give_up = time.monotonic() + 10
    while any("process_request_thread" in thread.name for thread in threading.enumerate()):
        if time.monotonic() > give_up:
            break
        time.sleep(0.01)


@pytest.fixture
def page(open_context: Callable[..., BrowserContext], request: pytest.FixtureRequest) -> Page:
    """A tab in a window of its own; `@pytest.mark.browser_context_args(...)` gives the window other properties."""
    marker = request.node.get_closest_marker("browser_context_args")
    return open_context(**(marker.kwargs if marker else {})).new_page()


@pytest.fixture(params=[{"width": 1280, "height": 800}, {"width": 360, "height": 740}], ids=["desk", "phone"])
def sized_page(open_context: Callable[..., BrowserContext], request: pytest.FixtureRequest) -> Page:
    """A tab at a desk, and one on a phone: a test that takes it runs on both."""
    return open_context(viewport=request.param, has_touch=request.param["width"] < 600).new_page()


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice@example.com", "a long pass phrase")


@pytest.fixture
def signed_in(page: Page, base_url: str, alice: User) -> Page:
    """A tab in which Alice has signed in."""
    sign_in(page.context, base_url, alice)
    return page
