"""The one place that touches the network: one GET, no retry, no redirect, never longer than its deadline."""

import re
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Self

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from catalog.beatconnect.answers import Answer, read_facts
from catalog.beatconnect.errors import BeatConnectError, Unavailable, Unreadable

# Seconds for a whole call, name look-up to last byte.
VISITOR_DEADLINE = 2.5  # a visitor looks at a blank page meanwhile, and only one of a few workers is left
BUYER_DEADLINE = 5.0  # a buyer asked for their own orders and expects a moment's wait
BACKGROUND_DEADLINE = 20.0  # nobody waits; a sweep's page of 100 over a slow line still gets through

CONNECT_TIMEOUT = 2.0  # per address, so that a dead one leaves time for the next
MAX_BODY = 2 * 1024 * 1024  # bytes after decompression: some 50 times a page of 100 beats
USER_AGENT = "beatconnect-storefront/0.1.0"

_CHUNK = 64 * 1024
_LENGTH = re.compile(r"[0-9]{1,18}")
_ENCODINGS = {"", "identity", "gzip", "x-gzip", "deflate"}
# A line that died between two calls (a minute or more) must be found out before the next one waits on it.
_SOCKET_OPTIONS = [*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
if hasattr(socket, "TCP_KEEPIDLE"):
    _SOCKET_OPTIONS.append((socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 20))
# What requests, urllib3, http.client and the codecs under them raise on what a server can do.
_TROUBLE = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    HTTPException,
    OSError,
    ValueError,
    LookupError,
)


class _Call:
    """One call, shared between the caller and the thread that makes it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._abandoned = False
        self.sent = False
        self.head: Answer | None = None
        self.outcome: Answer | BeatConnectError | None = None

    def sending(self, sock: socket.socket) -> None:
        """Called before anything is written; raises when nobody waits any more, so that nothing is sent."""
        with self._lock:
            if self._abandoned:
                raise OSError("the call was given up")
            self._socket = sock
            self.sent = True

    def settle(self) -> tuple[Answer | BeatConnectError | None, Answer | None]:
        """Outcome and head so far; what comes later is discarded, for a shut socket looks like a good end."""
        with self._lock:
            self._abandoned = True
            settled = self.outcome, self.head
            if self.outcome is None and self._socket is not None:
                # Not self._socket.shutdown(): a TLS one takes its state apart under a reading thread.
                with suppress(OSError):
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            return settled


_thread = threading.local()


class _Connection(HTTPConnection):
    """Tells the call of its thread which socket it is about to write to."""

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        call: _Call = _thread.call
        call.sending(self.sock)
        super().send(data)


class _TLSConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, socket_options=_SOCKET_OPTIONS, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        # Even with allow_redirects=False requests parses Location and reads the body whole, without a limit.
        return None


class Transport:
    """Sends GETs. It holds no key, so one may serve several clients; safe to use from several threads.

    An answer whose body is longer than `largest` bytes, unpacked, is refused.
    """

    def __init__(self, largest: int = MAX_BODY) -> None:
        self._largest = largest
        self._session = _Session()
        # Neither proxies nor .netrc from the environment: the latter would replace the key.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update(
            {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": USER_AGENT}
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(max_retries=0))

    def get(self, url: str, headers: Mapping[str, str], *, deadline: float) -> Answer:
        """The answer within `deadline` seconds, else Unavailable or Unreadable.

        One other than 200 whose body can't be read comes back with an empty body: its status says enough.
        """
        call = _Call()
        # A thread for each call keeps the deadline in all cases: no socket time-out covers a slow look-up of
        # the name, several addresses, or a server that drips. The caller walks away on time; the thread left
        # behind is woken by shutting its socket, or ends with the time-out of the resolver or of connect.
        thread = threading.Thread(target=self._work, args=(call, url, headers, deadline), daemon=True)
        if deadline > 0:
            thread.start()
            thread.join(deadline)
        outcome, head = call.settle()
        if outcome is None:
            outcome = Unavailable("deadline", f"BeatConnect did not answer in {deadline:g} s.", sent=call.sent)
        if isinstance(outcome, Answer):
            return outcome
        if head is not None:
            if head.status != 200:
                return head
            facts = read_facts(head)
            outcome.status, outcome.rate, outcome.date = head.status, facts["rate"], facts["date"]
        raise outcome

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _work(self, call: _Call, url: str, headers: Mapping[str, str], deadline: float) -> None:
        _thread.call = call
        # The reading time-out is only a second rope: the caller's own patience is the shorter.
        timeouts = (min(CONNECT_TIMEOUT, deadline / 2), deadline + 1)
        try:
            with self._session.get(
                url, headers=headers, stream=True, allow_redirects=False, timeout=timeouts
            ) as response:
                call.head = _head(response)
                call.outcome = replace(call.head, body=_read_body(response, self._largest))
        except BeatConnectError as error:
            call.outcome = error
        except _TROUBLE as trouble:
            # Made here and raised by the caller: the original, which may quote the answer, stays behind.
            call.outcome = _translate(trouble, sent=call.sent)


def _head(response: requests.Response) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, b"", datetime.now(UTC))


def _read_body(response: requests.Response, largest: int) -> bytes:
    if response.headers.get("Content-Encoding", "").strip().lower() not in _ENCODINGS:
        raise Unreadable("bad_encoding", "BeatConnect's answer is packed in a way we did not offer.")
    length = response.headers.get("Content-Length", "").strip()
    if _LENGTH.fullmatch(length) and int(length) > largest:
        raise Unreadable("too_large", "BeatConnect's answer is too large.")
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > largest:
            raise Unreadable("too_large", "BeatConnect's answer is too large.")
    return bytes(body)


def _translate(trouble: Exception, *, sent: bool) -> BeatConnectError:
    if isinstance(trouble, requests.exceptions.SSLError):
        return Unavailable("tls", "The connection to BeatConnect is not secure.", sent=sent)
    if isinstance(trouble, requests.exceptions.ContentDecodingError):
        return Unreadable("bad_encoding", "BeatConnect's answer could not be unpacked.")
    if isinstance(trouble, requests.exceptions.ChunkedEncodingError):
        return Unavailable("truncated", "BeatConnect's answer broke off.", sent=sent)
    if isinstance(trouble, requests.ConnectionError | requests.Timeout | OSError) and not sent:
        return Unavailable("connect", "BeatConnect could not be reached.", sent=False)
    if isinstance(trouble, requests.Timeout):
        return Unavailable("deadline", "BeatConnect did not answer in time.", sent=sent)
    if isinstance(trouble, requests.ConnectionError | OSError):
        return Unavailable("reset", "BeatConnect closed the connection without an answer.", sent=sent)
    return Unavailable("bad_http", "BeatConnect's answer is not HTTP.", sent=sent)
