"""Over TLS: only a certificate that is right is talked to, and deadlines hold as they do in the clear."""

import ssl
import time
from pathlib import Path

import pytest

from catalog.beatconnect.client import Client
from catalog.beatconnect.errors import Unavailable
from catalog.beatconnect.transport import Transport
from tests.beatconnect.calls import GENRES, KEY, OK, call_threads
from tests.beatconnect.raw_server import Behaviour, answers, drips, raw_server, stays_silent

# Made once with openssl (EC P-256, 100 years), for nothing but these tests: the same key in all three.
PRIVATE_KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEpDwbSwg/u8e+PyZ
QjbbGFQzGr1K4isfaFImiAtwPQWhRANCAAT+ULAfNqnhNzYQkJr0sVH5+7LiVeyq
w8jkVzpsZmrY65Oa5pcP4cy8vwqSJQLFAYxzImcYHPfkj2YFyzGzaDfj
-----END PRIVATE KEY-----
"""
CERTIFICATES = {
    "for 127.0.0.1": """\
-----BEGIN CERTIFICATE-----
MIIBkjCCATigAwIBAgIUfiPNnQQX+rUHblrE3wrxYcRIe8YwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKcmF3IHNlcnZlcjAgFw0yNjExMjQwMzIzMzZaGA8yMTI2MTAz
MTAzMjMzNlowFTETMBEGA1UEAwwKcmF3IHNlcnZlcjBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABP5QsB82qeE3NhCQmvSxUfn7suJV7KrDyORXOmxmatjrk5rmlw/h
zLy/CpIlAsUBjHMiZxgc9+SPZgXLMbNoN+OjZDBiMB0GA1UdDgQWBBS8EE4Bu/ZX
4TVBn86ysk+kiKL4szAfBgNVHSMEGDAWgBS8EE4Bu/ZX4TVBn86ysk+kiKL4szAP
BgNVHREECDAGhwR/AAABMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAw
RQIgWxF6qzN3HZDnWX2aFcTUGswykSb8OPHv6HInrYttfsICIQC5qGbP/ElC76++
k/uH5TvPUsxFF4vTgW0ggJHcRKpbkg==
-----END CERTIFICATE-----
""",
    "for 127.0.0.9": """\
-----BEGIN CERTIFICATE-----
MIIBkjCCATigAwIBAgIUPfNa4cakh8kVGxcJPUMwlpquJq0wCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKcmF3IHNlcnZlcjAgFw0yNjExMjQwMzIzMzZaGA8yMTI2MTAz
MTAzMjMzNlowFTETMBEGA1UEAwwKcmF3IHNlcnZlcjBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABP5QsB82qeE3NhCQmvSxUfn7suJV7KrDyORXOmxmatjrk5rmlw/h
zLy/CpIlAsUBjHMiZxgc9+SPZgXLMbNoN+OjZDBiMB0GA1UdDgQWBBS8EE4Bu/ZX
4TVBn86ysk+kiKL4szAfBgNVHSMEGDAWgBS8EE4Bu/ZX4TVBn86ysk+kiKL4szAP
BgNVHREECDAGhwR/AAAJMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAw
RQIhAPyrAIPMO71h4GrxxI1G0iCJGVpjjCWZugng55aNGzEGAiB705v1C0P8TDpj
dWJX7ZQ/U/eSHZ3kR0JB8sG5r0LtNg==
-----END CERTIFICATE-----
""",
    "expired": """\
-----BEGIN CERTIFICATE-----
MIIBbzCCARWgAwIBAgIUQ6iU6YEfhzefPWgIY0rjLJj6KogwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKcmF3IHNlcnZlcjAeFw0yNjExMjQwMzIzMzdaFw0yNjExMjMw
MzIzMzdaMBUxEzARBgNVBAMMCnJhdyBzZXJ2ZXIwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAT+ULAfNqnhNzYQkJr0sVH5+7LiVeyqw8jkVzpsZmrY65Oa5pcP4cy8
vwqSJQLFAYxzImcYHPfkj2YFyzGzaDfjo0MwQTAPBgNVHREECDAGhwR/AAABMA8G
A1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFLwQTgG79lfhNUGfzrKyT6SIovizMAoG
CCqGSM49BAMCA0gAMEUCIFeAUv4z8FTJLPcCNfqROTwXUUAH5449MauGHF5leSWM
AiEAgzMiRQCEGXp2InQ9Kq1j9em/+bL1W13Him7eFWGLtls=
-----END CERTIFICATE-----
""",
}


def certificate(folder: Path, name: str = "for 127.0.0.1") -> Path:
    """A file with the private key and the self-signed certificate of that name."""
    path = folder / "server.pem"
    path.write_text(PRIVATE_KEY + CERTIFICATES[name])
    return path


def context(path: Path) -> ssl.SSLContext:
    speaks = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    speaks.load_cert_chain(path)
    return speaks


def test_a_trusted_certificate_is_talked_to(tmp_path: Path) -> None:
    path = certificate(tmp_path)
    with raw_server(answers(GENRES), tls=context(path)) as server, Transport() as transport:
        transport._session.verify = str(path)
        reply = Client(server.api_url, KEY, transport=transport).list_genres()
    assert reply.status == 200


def test_a_certificate_that_nobody_vouches_for_gets_no_key(tmp_path: Path) -> None:
    with raw_server(answers(GENRES), tls=context(certificate(tmp_path))) as server, Transport() as transport:
        with pytest.raises(Unavailable) as caught:
            Client(server.api_url, KEY, transport=transport).list_genres()
        assert server.requests == []
    assert (caught.value.reason, caught.value.sent, caught.value.retryable) == ("tls", False, False)


@pytest.mark.parametrize("name", ["for 127.0.0.9", "expired"])
def test_a_wrong_certificate_gets_no_key(tmp_path: Path, name: str) -> None:
    path = certificate(tmp_path, name)
    with raw_server(answers(GENRES), tls=context(path)) as server, Transport() as transport:
        transport._session.verify = str(path)
        with pytest.raises(Unavailable) as caught:
            Client(server.api_url, KEY, transport=transport).list_genres()
        assert server.requests == []
    assert (caught.value.reason, caught.value.sent, caught.value.retryable) == ("tls", False, False)


@pytest.mark.parametrize(
    "behaviour",
    [stays_silent, drips(OK, b"X-A: b\r\n"), drips(OK + b"Connection: close\r\n\r\n", b" ")],
    ids=["silence", "headers", "body"],
)
def test_the_deadline_holds(tmp_path: Path, behaviour: Behaviour) -> None:
    path = certificate(tmp_path)
    begun = time.monotonic()
    with raw_server(behaviour, tls=context(path)) as server, Transport() as transport:
        transport._session.verify = str(path)
        with pytest.raises(Unavailable) as caught:
            Client(server.api_url, KEY, transport=transport).list_genres(deadline=0.5)
        assert time.monotonic() - begun < 1.5
        until = time.monotonic() + 5
        while call_threads() and time.monotonic() < until:
            time.sleep(0.01)
        assert not call_threads()
    assert (caught.value.reason, caught.value.sent) == ("deadline", True)
