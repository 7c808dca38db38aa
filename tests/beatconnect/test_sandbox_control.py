"""The sandbox's control side, its start and its end."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.sandbox import ALICE, SHOP, Sandbox


def test_nothing_is_controlled_without_the_flag() -> None:
    with Sandbox(beats=3, control=False) as sandbox:
        for method, path in (("GET", "stats"), ("POST", "reset"), ("POST", "beats"), ("DELETE", "faults")):
            response = sandbox.session.request(method, f"{sandbox.origin}/_control/{path}", timeout=5)
            assert response.status_code == 404
            assert response.json()["error"]["code"] == "not_found"


def test_it_says_where_it_listens_within_a_second_and_ends_cleanly() -> None:
    began = time.monotonic()
    sandbox = Sandbox()
    assert time.monotonic() - began < 3, "a second on an idle machine"
    assert sandbox.announcement == f"Sandbox API on {sandbox.origin}/v1 (docs: {sandbox.origin}/docs)\n"
    assert sandbox.get("/v1/genres").status_code == 200
    sandbox.close()
    assert sandbox.process.returncode == 0


def test_a_large_catalogue_starts_fast_and_pages_quickly() -> None:
    began = time.monotonic()
    with Sandbox(beats=50_000, limits="off") as sandbox:
        assert time.monotonic() - began < 8, "three seconds on an idle machine"
        sandbox.get("/v1/beats")
        began = time.monotonic()
        assert sandbox.get("/v1/beats", page=500, limit=100).json()["data"]["pagination"]["total"] == 50_000
        assert time.monotonic() - began < 0.5


def test_the_same_seed_gives_the_same_catalogue() -> None:
    def catalogue(seed: int) -> list[dict[str, Any]]:
        with Sandbox(beats=60, seed=seed, limits="off", now="2026-01-01") as sandbox:
            orders = sandbox.get("/v1/orders", ALICE, limit=100).json()["data"]["orders"]
            text = [sandbox.beats(), orders, sandbox.get("/v1/users/5001").json()]
            return [{"text": str(text).replace(sandbox.origin, "")}]

    assert catalogue(5) == catalogue(5)
    assert catalogue(5) != catalogue(6)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_tiny_catalogues_work(count: int) -> None:
    with Sandbox(beats=count, limits="off") as sandbox:
        assert len(sandbox.beats()) == count
        for path in ("genres", "search?q=a", "orders"):
            assert sandbox.get(f"/v1/{path}", ALICE).status_code == 200
        assert sandbox.add_beat()["id"] == count + 1


@pytest.mark.parametrize(
    ("argument", "value", "said"),
    [
        ("--limits", "many", "not a limit"),
        ("--limits", "10/0s", "not a span"),
        ("--port", "70000", "not a port: '70000' (0 to 65535)"),
        ("--port", "-1", "not a port"),
        ("--port", "http", "not a port"),
    ],
)
def test_bad_arguments_are_explained(argument: str, value: str, said: str) -> None:
    command = [sys.executable, "-m", "catalog.beatconnect.sandbox", f"{argument}={value}"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert finished.returncode == 2
    assert said in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize("fault", ["latency", "drip_body", "drip_headers"])
@pytest.mark.parametrize(
    "seconds", ["-1", "-0.001", "NaN", "Infinity", "-Infinity", "3601", "1e300", "1" * 400, "null"]
)
def test_no_fault_pauses_for_an_absurd_time(sandbox: Sandbox, fault: str, seconds: str) -> None:
    body = f'{{"fault": "{fault}", "seconds": {seconds}}}'
    response = sandbox.session.post(f"{sandbox.origin}/_control/faults", data=body, timeout=5)
    assert response.status_code == 400
    assert response.json()["error"]["details"].startswith(fault)
    assert sandbox.get("/v1/genres").status_code == 200


def test_a_reset_puts_everything_back(sandbox: Sandbox) -> None:
    before = sandbox.beats()
    sandbox.remove_beat(before[0]["id"])
    sandbox.change_beat(before[1]["id"], title="Other")
    sandbox.add_beat()
    sandbox.shape("bare")
    sandbox.fault("status", status=500)
    sandbox.limits("1/hour")
    sandbox.reset()
    assert sandbox.stats()["asked_total"] == 0
    assert sandbox.beats() == before
    assert sandbox.get("/v1/genres").headers["X-RateLimit-Limit"] == "10"


def test_a_slow_call_counts_where_it_arrived_and_not_after_a_reset(sandbox: Sandbox) -> None:
    sandbox.fault("latency", seconds=0.6)
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(requests.get, f"{sandbox.api_url}/genres", headers={"Authorization": f"Bearer {SHOP}"})
        time.sleep(0.3)
        sandbox.reset()
        assert slow.result().status_code == 200
    assert sandbox.stats()["asked_total"] == 0
    assert sandbox.get("/v1/genres").headers["X-RateLimit-Remaining"] == "9"


def test_stats_tell_what_was_asked(sandbox: Sandbox) -> None:
    for path in ("beats", "beats?page=2", "beats/1", "beats/1/similar", "users/5001", "nothing"):
        sandbox.get(f"/v1/{path}")
    sandbox.get("/v1/genres", "bca_test_nobody")
    sandbox.get("/images/1.jpg", None)
    stats = sandbox.stats()
    assert stats["asked"] == {
        "/v1/beats": 2,
        "/v1/beats/{beat_id}": 1,
        "/v1/beats/{beat_id}/similar": 1,
        "/v1/users/{user_id}": 1,
        "/v1/genres": 1,
        "(unknown)": 1,
    }
    assert stats["asked_total"] == 7, "media are not counted"
    assert stats["by_key"] == {SHOP: {"asked": 6, "refused": 0}, "other": {"asked": 1, "refused": 0}}
    assert [stats["log"][1][name] for name in ("path", "query", "status")] == ["/v1/beats", "page=2", 200]
    assert abs(stats["log"][1]["at"] - time.time()) < 60


def test_a_new_beat_is_the_newest(sandbox: Sandbox) -> None:
    beat = sandbox.add_beat(title="Fresh", bpm=99)
    assert [beat["id"], beat["title"], beat["bpm"]] == [254, "Fresh", 99]
    assert sandbox.get("/v1/beats", limit=1).json()["data"]["beats"] == [beat]
    sandbox.remove_beat(254)
    assert sandbox.get("/v1/beats/254").status_code == 404


HOSTILE: list[dict[str, Any]] = [
    {"title": 5, "price": "1,50", "audio_url": "javascript:alert(1)"},
    {"created_at": "yesterday", "play_count": "many", "genre": "Amapiano", "user_id": {"a": 1}},
    {"created_at": 1_700_000_000, "price": True, "bpm": [], "duration": "3:24", "genre": {"id": [1]}},
    {"id": "x", "price": 1e308, "play_count": -1, "title": "\ud800\u0000<script>", "new": {"deep": [None]}},
    {"price": {"amount": 1}, "title": None, "producer_name": ["a"], "cover_image": "/relative.jpg"},
]


@pytest.mark.parametrize("fields", HOSTILE)
def test_values_are_passed_on_as_they_were_written(sandbox: Sandbox, fields: dict[str, Any]) -> None:
    sandbox.limits("off")
    sandbox.change_beat(9, **fields)
    beat = sandbox.get("/v1/beats/9").json()["data"]["beat"]
    assert {name: beat[name] for name in fields} == fields
    for sort in ("newest", "popular", "price_asc", "price_desc"):
        assert len(sandbox.beats(sort)) == 253
    for path in ("beats/9/similar", "beats/10/similar", "search?q=a", "users/5001", "beats?genre=1"):
        assert sandbox.get(f"/v1/{path}").status_code == 200
    for path in ("/images/9.jpg", "/audio/9.mp3"):
        assert sandbox.get(path).status_code == 200
    for shape in ("explorer", "bare"):
        sandbox.shape(shape)
        assert sandbox.get("/v1/beats/9").status_code == 200


def test_fields_can_be_left_out(sandbox: Sandbox) -> None:
    order = [beat["id"] for beat in sandbox.beats()]
    sandbox.change_beat(9, _drop=["created_at", "audio_url"])
    beat = sandbox.get("/v1/beats/9").json()["data"]["beat"]
    assert not {"created_at", "audio_url"} & set(beat)
    assert [beat["id"] for beat in sandbox.beats()] == order
    sandbox.shape("explorer")
    assert "audio_preview" not in sandbox.get("/v1/beats/9").json()["data"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "limits", {"limits": "10/fortnight"}, 400),
        ("PUT", "limits", {"limits": "10/0.0s"}, 400),
        ("PUT", "limits", {"limits": f"10/{'9' * 400}s"}, 400),
        ("PUT", "webhook", {"url": None, "retries": "-1"}, 400),
        ("PUT", "webhook", {"url": None, "retries": "1,nan"}, 400),
        ("PUT", "webhook", {"url": None, "retries": "1e300"}, 400),
        ("PUT", "shape", {"shape": "round"}, 400),
        ("POST", "faults", {"fault": "boredom"}, 400),
        ("POST", "faults", {"fault": "status"}, 400),
        ("POST", "faults", {"fault": "latency", "seconds": "long"}, 400),
        ("POST", "faults", {"fault": "empty", "times": 0}, 400),
        ("POST", "faults", {"fault": "empty", "query": "page=2"}, 400),
        ("PATCH", "beats/999", {"title": "x"}, 404),
        ("DELETE", "beats/999", None, 404),
        ("PATCH", "beats/1", {"_drop": "title"}, 400),
        ("GET", "reset", None, 405),
        ("GET", "nothing", None, 404),
    ],
)
def test_mistakes_on_the_control_side_are_explained(
    sandbox: Sandbox, method: str, path: str, body: dict[str, Any] | None, status: int
) -> None:
    with pytest.raises(requests.HTTPError) as caught:
        sandbox.control(method, path, body)
    assert caught.value.response.status_code == status
    assert caught.value.response.json()["status"] == "error"
