"""Covers, avatars and previews."""

import pytest

from tests.sandbox import Sandbox

PATHS = ["/images/1.jpg", "/images/users/5001.jpg", "/audio/1.mp3"]


@pytest.mark.parametrize(
    ("path", "kind", "start", "most"),
    [
        ("/images/1.jpg", "image/jpeg", b"\xff\xd8\xff", 70_000),
        ("/images/users/5001.jpg", "image/jpeg", b"\xff\xd8\xff", 40_000),
        ("/audio/1.mp3", "audio/mpeg", b"\xff", 250_000),
    ],
)
def test_media_need_no_key_and_are_public(sandbox: Sandbox, path: str, kind: str, start: bytes, most: int) -> None:
    response = sandbox.get(path, None)
    assert response.status_code == 200
    assert response.content.startswith(start)
    assert 5_000 < len(response.content) < most
    expected = {
        "Content-Type": kind,
        "Accept-Ranges": "bytes",
        "Cache-Control": "public, max-age=86400",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    assert {name: response.headers[name] for name in expected} == expected
    assert "X-RateLimit-Limit" not in response.headers
    assert sandbox.asked == 0


@pytest.mark.parametrize("path", PATHS)
def test_media_stay_the_same_and_differ_from_each_other(sandbox: Sandbox, path: str) -> None:
    assert sandbox.get(path, None).content == sandbox.get(path, None).content
    assert sandbox.get(path, None).content != sandbox.get(path.replace("1.", "2."), None).content


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("0-99", 0, 99), ("100-", 100, None), ("-50", -50, None), ("0-99999999", 0, None), ("-99999999", 0, None)],
)
def test_a_range_gives_just_that_part(sandbox: Sandbox, asked: str, first: int, last: int | None) -> None:
    whole = sandbox.get("/audio/1.mp3", None).content
    response = sandbox.get("/audio/1.mp3", None, headers={"Range": f"bytes={asked}"})
    start = first % len(whole) if first < 0 else first
    end = len(whole) - 1 if last is None else last
    assert response.status_code == 206
    assert response.content == whole[start : end + 1]
    assert response.headers["Content-Range"] == f"bytes {start}-{end}/{len(whole)}"


@pytest.mark.parametrize("asked", ["99999999-", "5-2", "-0"])
def test_a_range_that_cannot_be_is_refused(sandbox: Sandbox, asked: str) -> None:
    response = sandbox.get("/audio/1.mp3", None, headers={"Range": f"bytes={asked}"})
    assert response.status_code == 416
    assert response.headers["Content-Range"].startswith("bytes */")


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=0-1", "bytes=-", "bytes=a-b"])
def test_a_range_it_does_not_know_gives_the_whole(sandbox: Sandbox, asked: str) -> None:
    assert sandbox.get("/audio/1.mp3", None, headers={"Range": asked}).status_code == 200


def test_what_has_not_changed_is_not_sent_again(sandbox: Sandbox) -> None:
    first = sandbox.get("/images/1.jpg", None)
    for name, value in (
        ("If-None-Match", first.headers["ETag"]),
        ("If-Modified-Since", first.headers["Last-Modified"]),
    ):
        again = sandbox.get("/images/1.jpg", None, headers={name: value})
        assert [again.status_code, again.content] == [304, b""]
    other = {"Range": "bytes=0-9", "If-Range": '"other"'}
    assert sandbox.get("/images/1.jpg", None, headers=other).status_code == 200
    same = {"Range": "bytes=0-9", "If-Range": first.headers["ETag"]}
    assert sandbox.get("/images/1.jpg", None, headers=same).status_code == 206


@pytest.mark.parametrize("path", ["/images/999.jpg", "/audio/999.mp3", "/images/users/1.jpg", "/images/x.jpg"])
def test_media_of_nobody_are_not_found(sandbox: Sandbox, path: str) -> None:
    assert sandbox.get(path, None).status_code == 404


def test_head_tells_the_length_alone(sandbox: Sandbox) -> None:
    response = sandbox.session.head(f"{sandbox.origin}/audio/1.mp3", timeout=5)
    assert [response.status_code, response.content] == [200, b""]
    assert int(response.headers["Content-Length"]) > 5_000
    assert sandbox.session.post(f"{sandbox.origin}/audio/1.mp3", timeout=5).status_code == 405
