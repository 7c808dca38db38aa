"""Every fault the sandbox can have on request."""

import base64
import gzip
import socket
import time

import pytest
import requests

from tests.sandbox import SHOP, Sandbox


def raw(sandbox: Sandbox, path: str = "/v1/genres") -> bytes:
    """Ask over a bare socket and return every byte of the answer."""
    host, port = sandbox.origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {SHOP}\r\n\r\n".encode())
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


def test_latency_delays_an_answer(sandbox: Sandbox) -> None:
    sandbox.fault("latency", seconds=0.3)
    began = time.monotonic()
    assert sandbox.get("/v1/genres").status_code == 200
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 502, 503])
def test_a_status_comes_in_the_envelope(sandbox: Sandbox, status: int) -> None:
    sandbox.fault("status", status=status, retry_after="120")
    response = sandbox.get("/v1/genres")
    assert response.status_code == status
    assert response.json()["status"] == "error"
    assert response.headers["Retry-After"] == "120"
    assert "X-RateLimit-Limit" in response.headers


def test_a_proxys_page_is_html_and_knows_no_limits(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=502, html=True)
    response = sandbox.get("/v1/genres")
    assert response.status_code == 502
    assert response.headers["Content-Type"] == "text/html"
    assert "<html>" in response.text
    assert "X-RateLimit-Limit" not in response.headers


def test_a_pretended_429_uses_up_no_call(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=429, times=5)
    for _ in range(5):
        assert sandbox.get("/v1/genres").headers["X-RateLimit-Remaining"] == "0"
    assert sandbox.get("/v1/genres").headers["X-RateLimit-Remaining"] == "9"
    assert sandbox.stats()["refused"] == 5


def test_a_fault_may_meet_one_page_of_a_list_only(sandbox: Sandbox) -> None:
    sandbox.fault("status", path="/v1/beats", query={"page": 2}, status=500)
    answers = [sandbox.get("/v1/beats", sort="newest", page=page).status_code for page in (1, 2, 3)]
    assert answers == [200, 500, 200]


def test_a_fault_lasts_as_long_as_told_and_is_counted(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=500, times=2)
    sandbox.fault("empty", times=1)
    statuses = [sandbox.get("/v1/genres").status_code for _ in range(4)]
    assert statuses == [500, 500, 200, 200]
    assert sandbox.asked == 4
    sandbox.fault("status", status=500)
    assert {sandbox.get("/v1/genres").status_code for _ in range(3)} == {500}
    sandbox.clear_faults()
    assert sandbox.get("/v1/genres").status_code == 200


def test_a_fault_keeps_to_its_path(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=500, path="/v1/beats/7")
    assert sandbox.get("/v1/beats/7").status_code == 500
    assert sandbox.get("/v1/beats/7/similar").status_code == 500
    assert sandbox.get("/v1/beats").status_code == 200
    sandbox.fault("status", status=404, path="/images")
    assert sandbox.get("/images/7.jpg", None).status_code == 404


def test_malformed_is_no_json(sandbox: Sandbox) -> None:
    sandbox.fault("malformed")
    response = sandbox.get("/v1/beats")
    assert response.status_code == 200
    with pytest.raises(ValueError):
        response.json()


def test_empty_is_two_hundred_with_nothing(sandbox: Sandbox) -> None:
    sandbox.fault("empty")
    response = sandbox.get("/v1/beats")
    assert [response.status_code, response.content, response.headers["Content-Length"]] == [200, b"", "0"]


def test_truncated_hangs_up_in_the_middle(sandbox: Sandbox) -> None:
    sandbox.fault("truncated")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        sandbox.get("/v1/beats")
    head, _, body = raw(sandbox, "/v1/beats").partition(b"\r\n\r\n")
    promised = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert 0 < len(body) < promised


def test_oversized_is_more_than_two_mebibytes(sandbox: Sandbox) -> None:
    sandbox.fault("oversized", times=1)
    assert len(sandbox.get("/v1/beats").content) > 2 * 2**20
    sandbox.fault("oversized", gzip=True, bytes=8 * 2**20)
    head, _, body = raw_until_length(sandbox)
    assert b"gzip" in head
    assert len(body) < 2**20
    assert len(gzip.decompress(body)) > 8 * 2**20


def raw_until_length(sandbox: Sandbox) -> tuple[bytes, bytes, bytes]:
    response = sandbox.session.get(
        f"{sandbox.api_url}/beats", headers={"Authorization": f"Bearer {SHOP}"}, stream=True, timeout=10
    )
    body = response.raw.read(decode_content=False)
    return str(response.headers).encode(), b"", body


def test_reset_is_a_reset_connection(sandbox: Sandbox) -> None:
    sandbox.fault("reset", times=2)
    with pytest.raises(ConnectionResetError):
        raw(sandbox)
    with pytest.raises(requests.exceptions.ConnectionError):
        sandbox.get("/v1/genres")
    assert sandbox.get("/v1/genres").status_code == 200
    assert sandbox.stats()["log"][0]["status"] == 0


def test_a_redirect_leads_where_it_is_told(sandbox: Sandbox) -> None:
    sandbox.fault("redirect", location="http://127.0.0.1:9/steal")
    response = sandbox.get("/v1/beats")
    assert [response.status_code, response.headers["Location"]] == [302, "http://127.0.0.1:9/steal"]


def test_raw_answers_anything(sandbox: Sandbox) -> None:
    sandbox.fault("raw", body="[1, ü", content_type="text/plain", status=418, times=1)
    response = sandbox.get("/v1/beats")
    assert [response.status_code, response.content] == [418, "[1, ü".encode()]
    assert response.headers["Content-Type"] == "text/plain"
    sandbox.fault("raw", body_base64=base64.b64encode(b"\xff\xfe\x00").decode())
    assert sandbox.get("/v1/beats").content == b"\xff\xfe\x00"


def test_headers_are_added_replaced_and_taken_out(sandbox: Sandbox) -> None:
    sandbox.fault("headers", **{"X-RateLimit-Remaining": "-5", "X-RateLimit-Reset": "abc", "X-Odd": 1})
    response = sandbox.get("/v1/beats")
    assert response.json()["status"] == "success"
    assert [response.headers[f"X-{name}"] for name in ("RateLimit-Remaining", "RateLimit-Reset", "Odd")] == [
        "-5", "abc", "1",
    ]  # fmt: skip
    sandbox.clear_faults()
    sandbox.fault("headers", headers={"X-RateLimit-Limit": None, "Date": "Thu, 01 Jan 1970 00:00:00 GMT"})
    response = sandbox.get("/v1/beats")
    assert "X-RateLimit-Limit" not in response.headers
    assert response.headers["Date"] == "Thu, 01 Jan 1970 00:00:00 GMT"


def test_a_body_drips_past_any_read_timeout(sandbox: Sandbox) -> None:
    sandbox.fault("raw", body="{}" * 4, times=1)
    sandbox.fault("drip_body", seconds=0.06)
    began = time.monotonic()
    response = sandbox.session.get(
        f"{sandbox.api_url}/genres", headers={"Authorization": f"Bearer {SHOP}"}, timeout=0.3
    )
    assert response.content == b"{}" * 4
    assert time.monotonic() - began >= 0.4


def test_headers_drip_too(sandbox: Sandbox) -> None:
    sandbox.fault("drip_headers", seconds=0.002)
    began = time.monotonic()
    assert sandbox.get("/v1/genres").status_code == 200
    assert time.monotonic() - began >= 0.3


def test_faults_apply_together(sandbox: Sandbox) -> None:
    sandbox.fault("status", status=503)
    sandbox.fault("latency", seconds=0.2)
    sandbox.fault("headers", **{"Retry-After": "soon"})
    began = time.monotonic()
    response = sandbox.get("/v1/genres")
    assert [response.status_code, response.headers["Retry-After"]] == [503, "soon"]
    assert time.monotonic() - began >= 0.2
