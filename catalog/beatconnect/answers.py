"""From (status, headers, body) to a value or an error, without a network or a clock."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn, TypedDict, TypeVar

from catalog.beatconnect import strict_json
from catalog.beatconnect.errors import (
    BadRequest,
    BeatConnectError,
    NotFound,
    QuotaUsedUp,
    Refused,
    Unavailable,
    Unreadable,
)
from catalog.beatconnect.models import Reply
from catalog.beatconnect.ratelimit import RateLimit, read_http_date, read_rate_limit, read_retry_after

T = TypeVar("T")

_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
# The status each documented code stands for, for an answer that says 200 and means otherwise.
_STATUS_OF_CODE = {
    "invalid_request": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "rate_limit_exceeded": 429,
    "server_error": 500,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as it came: header names in lower case, body unpacked, `received_at` by our clock."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


class Facts(TypedDict):
    """What the headers of any answer tell, good or bad."""

    rate: RateLimit | None
    date: datetime | None


def read_facts(answer: Answer) -> Facts:
    date = read_http_date(answer.headers.get("date"))
    return {"rate": read_rate_limit(answer.headers, date or answer.received_at), "date": date}


def read_answer(answer: Answer, read: Callable[[object], T]) -> Reply[T]:
    """What `read` makes of the answer's document; raises the BeatConnectError that the answer amounts to.

    A 200 whose body says "error" is treated as the status its code stands for.
    """
    facts = read_facts(answer)
    if answer.status != 200:
        raise _failure(answer, answer.status, _error_code(answer), facts)
    try:
        document = _document(answer)
        if _says_error(document):
            code = _code_in(document)
            raise _failure(answer, _STATUS_OF_CODE.get(code or "", 200), code, facts)
        return Reply(read(document), answer.status, **facts)
    except Unreadable as error:
        error.status, error.rate, error.date = answer.status, facts["rate"], facts["date"]
        raise


def _failure(answer: Answer, status: int, code: str | None, facts: Facts) -> BeatConnectError:
    error_class, reason, message = _classify(status)
    retry_after = read_retry_after(answer.headers.get("retry-after"), facts["date"] or answer.received_at)
    return error_class(reason, message, status=status, code=code, retry_after=retry_after, **facts)


_CLASS_OF_STATUS: dict[int, tuple[type[BeatConnectError], str, str]] = {
    200: (Unreadable, "error_body", "BeatConnect's answer says that something went wrong, but not what."),
    400: (BadRequest, "bad_request", "BeatConnect did not understand the request."),
    401: (Refused, "unauthorized", "BeatConnect does not accept the API key."),
    403: (Refused, "forbidden", "The API key may not do this."),
    404: (NotFound, "not_found", "BeatConnect does not have this."),
    410: (NotFound, "not_found", "BeatConnect no longer has this."),
    422: (BadRequest, "bad_request", "BeatConnect did not accept a parameter of the request."),
    429: (QuotaUsedUp, "rate_limited", "The API key has used up its calls for now."),
}


def _classify(status: int) -> tuple[type[BeatConnectError], str, str]:
    if status in _CLASS_OF_STATUS:
        return _CLASS_OF_STATUS[status]
    if 300 <= status < 400:
        return Unreadable, "redirect", "BeatConnect's answer points elsewhere; the key is not taken there."
    if 500 <= status < 600:
        return Unavailable, "server_error", f"BeatConnect is in trouble (status {status})."
    return Unavailable, "unexpected_status", f"BeatConnect answered with the unexpected status {status}."


def _document(answer: Answer) -> object:
    # A captive portal or a proxy's page; whatever else claims to be some other type may still be JSON.
    if answer.headers.get("content-type", "").lower().strip().startswith(("text/html", "application/xhtml")):
        _refuse_page()
    return strict_json.loads(answer.body)


def _refuse_page() -> NoReturn:
    raise Unreadable("not_json", "BeatConnect's answer is a web page.")


def _says_error(document: object) -> bool:
    if not isinstance(document, Mapping):
        return False
    said_so = document.get("status") == "error" or document.get("success") is False
    return said_so or ("error" in document and "data" not in document)


def _error_code(answer: Answer) -> str | None:
    try:
        return _code_in(_document(answer))
    except Unreadable:
        return None


def _code_in(document: object) -> str | None:
    # `details` and `message` are not looked at: they may be of any type, and are not ours to show.
    error = document.get("error") if isinstance(document, Mapping) else None
    code = error.get("code") if isinstance(error, Mapping) else error
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None
