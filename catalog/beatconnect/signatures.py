"""Webhook signatures as BeatConnect documents them: HMAC-SHA256 of the raw body, in hex."""

import hashlib
import hmac
import re
from collections.abc import Sequence

# More than a sender in the middle of a rotation needs; keeps a header of ten thousand commas cheap.
_MOST_CANDIDATES = 5
_LONGEST_HEADER = 1024

_CANDIDATE = re.compile(r"(?:(?:sha256|v1)=)?([0-9a-f]{64})", re.IGNORECASE)


def sign(body: bytes, secret: str) -> str:
    """The lower-case hex signature of `body`."""
    return hmac.new(_secret_bytes(secret), body, hashlib.sha256).hexdigest()


def verify(body: bytes, signature: str | None, secrets: Sequence[str]) -> int | None:
    """The index of the first secret that signed `body`, or None; malformed input is None too, never an error.

    Reads plain hex, `sha256=` and `v1=`, in either case, and a comma-joined header of at most five. An empty
    secret matches nothing, for anybody can sign with it.
    """
    candidates = _candidates(signature)
    if not candidates:
        return None
    for index, secret in enumerate(secrets):
        if not secret:
            continue
        expected = sign(body, secret).encode("ascii")
        # Every candidate is compared, so the time taken does not tell which one was near.
        if sum(hmac.compare_digest(expected, candidate) for candidate in candidates):
            return index
    return None


def _candidates(signature: str | None) -> list[bytes]:
    if not signature or len(signature) > _LONGEST_HEADER or not signature.isascii():
        return []
    parts = signature.split(",")
    if len(parts) > _MOST_CANDIDATES:
        return []
    found = (_CANDIDATE.fullmatch(part.strip(" \t")) for part in parts)
    return [match[1].lower().encode("ascii") for match in found if match]


def _secret_bytes(secret: str) -> bytes:
    # A secret out of a badly decoded environment may hold surrogates; they must not become an exception.
    return secret.encode("utf-8", "surrogatepass")
