"""Players in the pages of another site: they play, one at a time, and complain of nothing."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import FrameLocator, Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.models.mirror import Beat
from tests.browser.complaints import Complaints
from tests.sandbox import Sandbox


@pytest.fixture
def blog(page: Page, live_server: LiveServer) -> Iterator[Callable[..., list[FrameLocator]]]:
    """Open a page of another site that frames players of these addresses and sizes.

    It is served for real: Chromium lets no page that came from nowhere frame one on this machine.
    """
    body = b""

    class Blog(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Blog)
    Thread(target=server.serve_forever, daemon=True).start()

    def open_blog(*players: tuple[str, int, int]) -> list[FrameLocator]:
        nonlocal body
        frames = [
            f'<iframe src="{live_server.url}{path}" width="{width}" height="{height}" title="{number}"></iframe>'
            for number, (path, width, height) in enumerate(players)
        ]
        icon = '<link rel="icon" href="data:,">'
        body = f"<!doctype html><html lang=en>{icon}<title>Blog</title>{''.join(frames)}".encode()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        return [page.frame_locator("iframe").nth(number) for number in range(len(players))]

    yield open_blog
    server.shutdown()
    server.server_close()


def test_of_two_players_on_a_page_one_plays(shop: Sandbox, blog: Callable[..., list[FrameLocator]]) -> None:
    card, strip = blog(("/embed/beats/5/", 340, 516), ("/embed/producers/5001/?layout=strip&theme=light", 600, 132))
    card.locator("[data-play]").click()
    expect(card.locator("[data-play]")).to_have_attribute("data-state", "playing")
    strip.locator("[data-play]").first.click()
    expect(strip.locator("[data-play]").first).to_have_attribute("data-state", "playing")
    expect(card.locator("[data-state]")).to_have_count(0)


def test_one_that_is_gone_says_so(
    shop: Sandbox, blog: Callable[..., list[FrameLocator]], complaints: Complaints
) -> None:
    complaints.expect("410")
    Beat.objects.filter(pk=5).update(gone_at="2026-01-01T00:00Z")
    (player,) = blog(("/embed/beats/5/", 340, 516))
    expect(player.locator(".embed-gone")).to_have_text("This beat is no longer sold.")
