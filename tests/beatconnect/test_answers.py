"""From status, headers and body to a value or the right error, without a network."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.beatconnect import shapes
from catalog.beatconnect.answers import Answer, read_answer
from catalog.beatconnect.errors import (
    BadRequest,
    BeatConnectError,
    NotFound,
    QuotaUsedUp,
    Refused,
    Unavailable,
    Unreadable,
)

BEATS = [{"id": 1, "title": "A"}, {"id": 2, "title": "B"}]
DATE = "Wed, 03 Nov 2021 18:00:00 GMT"


def answer(document: object, status: int = 200, **headers: str) -> Answer:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, body, datetime(2021, 11, 3, 19, tzinfo=UTC))


def failure(document: object, status: int = 200, **headers: str) -> BeatConnectError:
    with pytest.raises(BeatConnectError) as caught:
        read_answer(answer(document, status, **headers), shapes.read_beats)
    return caught.value


@pytest.mark.parametrize(
    ("status", "error_class", "reason", "retryable"),
    [
        (400, BadRequest, "bad_request", False),
        (401, Refused, "unauthorized", False),
        (403, Refused, "forbidden", False),
        (404, NotFound, "not_found", False),
        (410, NotFound, "not_found", False),
        (422, BadRequest, "bad_request", False),
        (429, QuotaUsedUp, "rate_limited", False),
        (500, Unavailable, "server_error", False),
        (502, Unavailable, "server_error", True),
        (503, Unavailable, "server_error", True),
        (504, Unavailable, "server_error", True),
        (302, Unreadable, "redirect", False),
        (304, Unreadable, "redirect", False),
        (101, Unavailable, "unexpected_status", False),
        (201, Unavailable, "unexpected_status", False),
        (204, Unavailable, "unexpected_status", False),
        (206, Unavailable, "unexpected_status", False),
        (418, Unavailable, "unexpected_status", False),
        (999, Unavailable, "unexpected_status", False),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error": {"code": "some_code", "details": [1, {}]}}'])
def test_each_status_has_its_class(
    status: int, error_class: type[BeatConnectError], reason: str, retryable: bool, body: bytes
) -> None:
    error = failure(body, status)
    assert (type(error), error.reason, error.status, error.retryable) == (error_class, reason, status, retryable)
    assert error.code == ("some_code" if b"code" in body else None)


@pytest.mark.parametrize("details", ["x", None, [], {}, 5, True, [[["x"]]], {"error": {}}])
def test_details_of_any_kind_never_matter(details: object) -> None:
    error = failure({"status": "error", "error": {"code": "invalid_request", "details": details}}, 400)
    assert (type(error), error.code) == (BadRequest, "invalid_request")


@pytest.mark.parametrize("code", [None, 5, [], "", "<b>", "x" * 100, {"a": 1}, "a b"])
def test_a_code_is_a_short_word(code: object) -> None:
    assert failure({"error": {"code": code}}, 400).code is None
    assert failure({"error": code}, 400).code is None


@pytest.mark.parametrize(
    ("code", "error_class", "status"),
    [
        ("invalid_request", BadRequest, 400),
        ("unauthorized", Refused, 401),
        ("forbidden", Refused, 403),
        ("not_found", NotFound, 404),
        ("rate_limit_exceeded", QuotaUsedUp, 429),
        ("server_error", Unavailable, 500),
        ("odd", Unreadable, 200),
    ],
)
@pytest.mark.parametrize("envelope", [{"status": "error"}, {"success": False, "data": []}, {}])
def test_an_error_in_a_200_is_an_error(
    code: str, error_class: type[BeatConnectError], status: int, envelope: dict[str, object]
) -> None:
    error = failure({**envelope, "error": {"code": code, "message": "m"}})
    assert (type(error), error.status, error.code) == (error_class, status, code)


def test_an_error_carries_what_the_headers_say() -> None:
    for error in (
        failure({}, 429, date=DATE, retry_after="Wed, 03 Nov 2021 18:00:30 GMT", x_ratelimit_remaining="0"),
        failure({}, 503, date=DATE, retry_after="30", x_ratelimit_remaining="0"),
    ):
        assert error.retry_after == 30
        assert error.date == datetime(2021, 11, 3, 18, tzinfo=UTC)
        assert error.rate is not None
        assert error.rate.remaining == 0
    broken = failure(b"nonsense", date=DATE, x_ratelimit_remaining="7")
    assert broken.rate is not None
    assert (broken.reason, broken.rate.remaining) == ("not_json", 7)


@pytest.mark.parametrize(("content_type", "fine"), [("text/plain", True), ("", True), ("Text/HTML; charset=x", False)])
def test_only_a_web_page_is_refused_by_its_type(content_type: str, fine: bool) -> None:
    page = answer({"data": BEATS}, content_type=content_type)
    if fine:
        assert len(read_answer(page, shapes.read_beats).value.beats) == 2
    else:
        assert failure({"data": BEATS}, content_type=content_type).reason == "not_json"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "beats", "users", "results", "id", "status", "error", "meta", "code", "type"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(json_values.map(lambda value: json.dumps(value).encode()) | st.binary(), st.integers(100, 999), st.text())
def test_nothing_but_our_errors_escapes(body: bytes, status: int, header: str) -> None:
    names = ["retry-after", "date", "x-ratelimit-reset", "content-type"]
    said = Answer(status, dict.fromkeys(names, header), body, datetime(2021, 11, 3, tzinfo=UTC))
    readers = [shapes.read_beats, shapes.read_beat, shapes.read_user, shapes.read_genres, shapes.read_orders]
    for seen in (status, 200):
        for read in [*readers, shapes.search_reader("all")]:
            try:
                read_answer(Answer(seen, said.headers, said.body, said.received_at), read)  # type: ignore[arg-type]
            except BeatConnectError as error:
                told = str(error)
                assert len(told) <= 250
