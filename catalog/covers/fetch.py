"""Fetches a cover from the media host: no key, no redirect, no more bytes and no longer than said here."""

from catalog.beatconnect.errors import BeatConnectError
from catalog.beatconnect.transport import Transport
from catalog.clean import clean_url

# Seconds, name look-up to last byte. Nobody waits for it, but the next cover does.
DEADLINE = 8.0
MOST_BYTES = 5 * 1024 * 1024

_transport = Transport(largest=MOST_BYTES)


class NoCover(Exception):
    """The host gave none: `refused` if it answered, so that asking again soon would be no use."""

    def __init__(self, trouble: str, *, refused: bool) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.refused = refused


def is_allowed(url: str, media_origins: list[str], api_url: str) -> bool:
    """Tell whether a cover may be asked for there: on a media host of now, and nothing of the API's own."""
    return clean_url(url, media_origins) == url != "" and not f"{url}/".startswith(f"{api_url}/")


def fetch(url: str, deadline: float = DEADLINE) -> bytes:
    """Return what stands at a URL that `is_allowed`, within `deadline` seconds, or raise NoCover."""
    try:
        # Never "image/*": hosts that convert on the fly would send what we don't take.
        answer = _transport.get(url, {"Accept": "image/webp, image/png, image/jpeg, image/gif"}, deadline=deadline)
    except BeatConnectError as error:
        raise NoCover(error.reason, refused=error.reason == "too_large") from error
    if answer.status != 200:
        # Not followed: where a redirect leads nobody has allowed.
        raise NoCover(f"status_{answer.status}", refused=300 <= answer.status < 500 and answer.status != 429)
    return answer.body
