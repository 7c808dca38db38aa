"""A mail server that takes its time keeps nobody waiting, and what it takes at last arrives."""

import threading
from collections.abc import Iterator
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest
from django.test import Client
from pytest_django import fixtures

from tests.accounts.people import ALICE, PASSWORD
from tests.pages import read

pytestmark = pytest.mark.django_db

LONG_ENOUGH = 60  # seconds, after which the machine and not the shop is at fault


class SlowServer(ThreadingTCPServer):
    """Takes connections and says nothing until it may; then it takes mails."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.may_speak, self.got_one, self.mail = threading.Event(), threading.Event(), ""


class _Talk(StreamRequestHandler):
    server: SlowServer

    def handle(self) -> None:
        self.server.may_speak.wait(LONG_ENOUGH)
        self.say("220 at last")
        while line := self.rfile.readline().decode().upper().strip():
            if line == "DATA":
                self.say("354 go on")
                while (text := self.rfile.readline().decode()) != ".\r\n":
                    self.server.mail += text
                self.server.got_one.set()
            self.say("250 well")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def slow(settings: fixtures.Settings) -> Iterator[SlowServer]:
    with SlowServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_TIMEOUT = LONG_ENOUGH
        yield server
        server.may_speak.set()
        server.shutdown()


def test_who_signs_up_goes_on_and_the_mail_comes_when_the_server_takes_it(client: Client, slow: SlowServer) -> None:
    response = client.post("/account/signup/", {"email": ALICE, "password1": PASSWORD}, follow=True)
    assert response.status_code == 200
    assert "our mail server doesn’t answer" not in read(response).text
    assert not slow.got_one.is_set(), "the page was there first"
    slow.may_speak.set()
    assert slow.got_one.wait(LONG_ENOUGH)
    assert f"To: {ALICE}" in slow.mail
