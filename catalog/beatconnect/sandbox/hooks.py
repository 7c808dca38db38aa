"""The webhook: whom events are sent to, how they are signed, and a delivery at least once and in order."""

import hashlib
import hmac
import http.client
import ipaddress
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Shape = Literal["reference", "page"]
# Of each shape: the header its signature travels in.
SIGNATURE_HEADERS: dict[Shape, str] = {"reference": "X-Webhook-Signature", "page": "BeatConnect-Signature"}
# Seconds until each further attempt. How often BeatConnect retries isn't documented.
STANDARD_RETRIES = "1,5,25"
TIMEOUT = 10.0  # seconds for each step; longer than any receiver should need
_LONGEST_PAUSE = 86_400.0  # seconds; the clock of a thread ends somewhere beyond
_MOST_READ = 64 * 1024  # bytes of a receiver's answer


@dataclass(frozen=True, slots=True)
class Hook:
    """Where events go, in which shape, and the secret that signs them."""

    url: str
    secret: str
    shape: Shape = "reference"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request, ready to be sent any number of times; those of one subject keep their order."""

    event: str
    type: str
    subject: str
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a receiver said; status 0 stands for no answer, with the reason as its body."""

    status: int
    ms: int
    body: str

    @property
    def accepted(self) -> bool:
        """Return whether the event needs no further attempt."""
        return 200 <= self.status < 300


def read_hook(url: object, secret: object, shape: object = "reference") -> Hook:
    """Read a webhook as it is given from outside; raises ValueError."""
    for known in SIGNATURE_HEADERS:
        if known == shape:
            break
    else:
        msg = f"shape must be one of {', '.join(SIGNATURE_HEADERS)}"
        raise ValueError(msg)
    if not isinstance(secret, str) or not secret:
        msg = "a webhook needs a secret"
        raise ValueError(msg)
    if not isinstance(url, str) or not url.isascii() or not _on_this_machine(url):
        msg = "a webhook's url is http, and on this machine: 127.0.0.0/8 or localhost"
        raise ValueError(msg)
    return Hook(url, secret, known)


def _on_this_machine(url: str) -> bool:
    try:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.port == 0:
            return False
        return parts.hostname == "localhost" or ipaddress.IPv4Address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def read_retries(text: object) -> tuple[float, ...]:
    """Read pauses of up to a day in seconds, as `1,5,25`; an empty text means no retries. Raises ValueError."""
    pauses = tuple(float(part) for part in str(text).split(",") if part.strip())
    if not all(0 <= pause <= _LONGEST_PAUSE for pause in pauses):  # nor is NaN
        msg = f"not pauses of 0 to {_LONGEST_PAUSE:.0f} seconds: {text!r}"
        raise ValueError(msg)
    return pauses


def sign(body: bytes, secret: str) -> str:
    """Return the hex digest that the reference page describes."""
    return hmac.new(secret.encode("utf-8", "surrogatepass"), body, hashlib.sha256).hexdigest()


def send(delivery: Delivery) -> Outcome:
    """Send once; redirects are answers like any other, never followed."""
    parts = urlsplit(delivery.url)
    address = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
    began = time.monotonic()
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # who refuses a long body early has still answered
            connection.request("POST", address, delivery.body, delivery.headers)
        response = connection.getresponse()
        status, said = response.status, response.read(_MOST_READ).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as trouble:
        status, said = 0, repr(trouble)
    finally:
        connection.close()
    return Outcome(status, round((time.monotonic() - began) * 1000), said)


def headers(signature: str | None, shape: Shape) -> dict[str, str]:
    """Return a delivery's headers, without a signature where that is None."""
    given = {"Content-Type": "application/json", "User-Agent": "BeatConnect-Sandbox"}
    return given if signature is None else given | {SIGNATURE_HEADERS[shape]: signature}
