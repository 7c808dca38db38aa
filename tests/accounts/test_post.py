"""A mail server that takes its time keeps nobody waiting, and what it takes at last arrives."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import fixtures

from accounts import post
from tests.accounts.people import ALICE, BOB, PASSWORD
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


def is_told(client: Client, email: str) -> bool:
    """Sign up, and return whether the page says that the mail could not be sent."""
    response = client.post("/account/signup/", {"email": email, "password1": PASSWORD}, follow=True)
    assert response.status_code == 200
    return "our mail server doesn’t answer" in read(response).text


def test_who_signs_up_goes_on_and_the_mail_comes_when_the_server_takes_it(client: Client, slow: SlowServer) -> None:
    assert not is_told(client, ALICE)
    assert not slow.got_one.is_set(), "the page was there first"
    slow.may_speak.set()
    assert slow.got_one.wait(LONG_ENOUGH)
    assert f"To: {ALICE}" in slow.mail


def test_fifty_mails_wait_for_a_silent_server_and_no_more(client: Client, slow: SlowServer) -> None:
    def send(_: int = 0) -> bool:
        return post.send(EmailMessage("Hello", "", to=[ALICE]), "hello")

    with ThreadPoolExecutor(60) as senders:
        assert sorted(senders.map(send, range(60))) == [False] * 10 + [True] * 50
    assert is_told(client, ALICE)
    slow.may_speak.set()
    give_up = time.monotonic() + LONG_ENOUGH
    while not send():
        assert time.monotonic() < give_up
        time.sleep(0.05)
    assert not is_told(Client(), BOB)
