"""The sandbox's refusals: bad parameters, keys, limits."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from tests.sandbox import ALICE, SHOP, Sandbox


def refused(response: requests.Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert body.keys() == {"status", "error"}
    assert body["status"] == "error"
    assert body["error"].keys() == {"code", "message", "details"}
    assert body["error"]["code"] == code
    error: dict[str, Any] = body["error"]
    return error


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/v1/beats?page=0", "page"),
        ("/v1/beats?page=-1", "page"),
        ("/v1/beats?page=1.0", "page"),
        ("/v1/beats?page=1_0", "page"),
        ("/v1/beats?page=", "page"),
        ("/v1/beats?limit=0", "limit"),
        ("/v1/beats?limit=101", "limit"),
        ("/v1/beats?limit=ten", "limit"),
        ("/v1/beats?genre=amapiano", "genre"),
        ("/v1/beats?genre=", "genre"),
        ("/v1/beats?producer=1e3", "producer"),
        ("/v1/beats?sort=oldest", "sort"),
        ("/v1/beats/first", "beat_id"),
        ("/v1/beats/1/similar?limit=21", "limit"),
        ("/v1/users/me", "user_id"),
        ("/v1/search", "q"),
        ("/v1/search?q=", "q"),
        ("/v1/search?q=%20%09", "q"),
        ("/v1/search?q=a&type=genres", "type"),
        ("/v1/search?q=a&limit=51", "limit"),
        ("/v1/orders?status=lost", "status"),
        ("/v1/orders?limit=101", "limit"),
    ],
)
def test_a_bad_parameter_is_an_invalid_request_that_names_it(sandbox: Sandbox, path: str, parameter: str) -> None:
    assert f"'{parameter}'" in refused(sandbox.get(path), 400, "invalid_request")["details"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/beats/254",
        "/v1/beats/254/similar",
        "/v1/users/1",
        "/v1/nothing",
        "/v1/beats/",
        "/v1",
        "/",
        "/_control/stats/",
    ],
)
def test_what_is_not_there_is_not_found(sandbox: Sandbox, path: str) -> None:
    refused(sandbox.get(path), 404, "not_found")


def test_a_visitors_mistake_is_answered_quietly(capfd: pytest.CaptureFixture[str]) -> None:
    with Sandbox(beats=1) as sandbox:
        for path in ("/", "/static/nothing.css", "/v1/beats/9", "/nothing"):
            refused(sandbox.get(path), 404, "not_found")
        refused(sandbox.get("/v1/beats", headers={"Host": "no_host/"}), 400, "invalid_request")
        huge = sandbox.session.post(f"{sandbox.origin}/_control/beats", data=b" " * 3_000_000, timeout=5)
        refused(huge, 400, "invalid_request")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD"])
def test_other_methods_than_get_are_not_allowed(sandbox: Sandbox, method: str) -> None:
    response = sandbox.session.request(
        method, f"{sandbox.api_url}/beats", headers={"Authorization": f"Bearer {SHOP}"}, data=b"{}", timeout=5
    )
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET"
    if method != "HEAD":
        refused(response, 405, "method_not_allowed")


@pytest.mark.parametrize("key", [None, "", "bca_test_revoked", "bca_live_shop", "BCA_TEST_SHOP", "bca_test_shöp"])
def test_an_unknown_key_is_unauthorized(sandbox: Sandbox, key: str | None) -> None:
    response = sandbox.session.get(
        f"{sandbox.api_url}/beats",
        headers={} if key is None else {"Authorization": f"Bearer {key}".encode()},
        timeout=5,
    )
    refused(response, 401, "unauthorized")
    assert response.headers["X-RateLimit-Limit"] == "10"
    assert response.headers["X-RateLimit-Remaining"] == "10", "it counts against nobody"
    now = parsedate_to_datetime(response.headers["Date"]).timestamp()
    assert now <= int(response.headers["X-RateLimit-Reset"]) <= now + 2


def test_calls_without_a_key_use_up_nobodys_limit(sandbox: Sandbox) -> None:
    sandbox.limits("2/hour")
    for _ in range(5):
        response = sandbox.get("/v1/genres", None)
        refused(response, 401, "unauthorized")
        assert response.headers["X-RateLimit-Remaining"] == "2"
    assert sandbox.get("/v1/genres").headers["X-RateLimit-Remaining"] == "1"
    sandbox.limits("off")
    assert "X-RateLimit-Limit" not in sandbox.get("/v1/genres", None).headers


def test_a_key_without_permission_is_forbidden_everywhere(sandbox: Sandbox) -> None:
    for path in ("beats", "beats/1", "beats/1/similar", "users/5001", "genres", "search?q=a", "orders"):
        response = sandbox.get(f"/v1/{path}", "bca_test_forbidden")
        refused(response, 403, "forbidden")
        assert response.headers["X-RateLimit-Limit"] == "10"


def test_a_key_is_refused_at_the_eleventh_call_of_a_minute(sandbox: Sandbox) -> None:
    for left in range(9, -1, -1):
        response = sandbox.get("/v1/genres")
        assert response.status_code == 200
        assert response.headers["X-RateLimit-Limit"] == "10"
        assert response.headers["X-RateLimit-Remaining"] == str(left)
    response = sandbox.get("/v1/genres")
    refused(response, 429, "rate_limit_exceeded")
    assert 58 <= int(response.headers["Retry-After"]) <= 60
    now = parsedate_to_datetime(response.headers["Date"]).timestamp()
    assert now + 55 <= int(response.headers["X-RateLimit-Reset"]) <= now + 62
    assert response.headers["X-RateLimit-Remaining"] == "0"
    assert sandbox.get("/v1/genres", ALICE).status_code == 200, "each key has an allowance of its own"


def test_a_call_that_fails_is_counted_like_any_other(sandbox: Sandbox) -> None:
    sandbox.get("/v1/beats?page=0")
    sandbox.get("/v1/beats/9999")
    assert sandbox.get("/v1/genres").headers["X-RateLimit-Remaining"] == "7"


def test_a_window_slides_and_refused_calls_leave_no_trace(sandbox: Sandbox) -> None:
    sandbox.limits("2/0.6s,100/hour")
    assert sandbox.get("/v1/genres").status_code == 200
    time.sleep(0.4)
    assert sandbox.get("/v1/genres").status_code == 200
    assert sandbox.get("/v1/genres").status_code == 429
    time.sleep(0.25)  # the first call has left the window, the second has not
    assert sandbox.get("/v1/genres").status_code == 200
    assert sandbox.get("/v1/genres").status_code == 429


def test_the_headers_describe_the_tightest_window(sandbox: Sandbox) -> None:
    sandbox.limits("3/0.2s,4/hour")
    for _ in range(3):
        sandbox.get("/v1/genres")
    time.sleep(0.25)
    response = sandbox.get("/v1/genres")
    assert [response.headers["X-RateLimit-Limit"], response.headers["X-RateLimit-Remaining"]] == ["4", "0"]
    refusal = sandbox.get("/v1/genres")
    assert 3590 <= int(refusal.headers["Retry-After"]) <= 3600


def test_many_at_once_get_exactly_their_allowance(sandbox: Sandbox) -> None:
    sandbox.limits("10/30s,60/60s,150/90s")
    start = threading.Barrier(8)

    def hammer(_: int) -> list[int]:
        start.wait()
        with requests.Session() as session:
            session.trust_env = False
            headers = {"Authorization": f"Bearer {SHOP}"}
            return [session.get(f"{sandbox.api_url}/genres", headers=headers, timeout=9).status_code for _ in range(5)]

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for part in pool.map(hammer, range(8)) for status in part]
    assert statuses.count(200) == 10
    assert statuses.count(429) == 30
    stats = sandbox.stats()
    assert [stats["asked_total"], stats["refused"]] == [40, 30]
    assert stats["by_key"] == {SHOP: {"asked": 40, "refused": 30}}


def test_without_limits_nothing_is_refused_or_described(sandbox: Sandbox) -> None:
    sandbox.limits("off")
    responses = [sandbox.get("/v1/genres") for _ in range(15)]
    assert {response.status_code for response in responses} == {200}
    assert "X-RateLimit-Limit" not in responses[-1].headers
