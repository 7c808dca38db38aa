"""A sandbox that sends its events to the test."""

import threading
from collections.abc import Iterator

import pytest

from tests.beatconnect.receiver import SECRET, Receiver
from tests.sandbox import Sandbox


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def hooked(sandbox: Sandbox, receiver: Receiver) -> Sandbox:
    sandbox.limits("off")
    sandbox.webhook(receiver.url, SECRET, retries="0.05,0.1")
    return sandbox
