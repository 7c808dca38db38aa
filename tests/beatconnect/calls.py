"""One real call through the client against a raw server, and how it ended."""

import json
import threading

import pytest

from catalog.beatconnect.client import Client
from catalog.beatconnect.errors import BeatConnectError
from catalog.beatconnect.transport import Transport
from tests.beatconnect.raw_server import Behaviour, raw_server

KEY = "bca_test_CANARY4f1d"
GENRES = json.dumps({"status": "success", "data": {"genres": [{"id": 1, "name": "Amapiano"}]}}).encode()
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def call(behaviour: Behaviour, *, deadline: float = 5.0) -> BeatConnectError:
    """The error that one call ends with."""
    with raw_server(behaviour) as server, Transport() as transport:
        client = Client(server.api_url, KEY, transport=transport)
        with pytest.raises(BeatConnectError) as caught:
            client.list_genres(deadline=deadline)
        assert len(server.requests) <= 1, "the transport must not retry"
    return caught.value


def call_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if "_work" in thread.name]
