"""Where the sandbox sends the events of its changes, how they are signed, and how often it tries."""

import socket
import subprocess
import sys
import time
from typing import Any

import pytest
import requests

from tests.beatconnect.receiver import PAGE, REFERENCE, SECRET, Receiver, hexdigest, settled, wait_until
from tests.sandbox import Sandbox


def test_a_changed_beat_is_announced_by_itself(hooked: Sandbox, receiver: Receiver) -> None:
    began = time.time()
    beat = hooked.change_beat(9, price=9.99)
    [entry] = settled(hooked)
    assert receiver.paths == ["/hook?a=1"]
    [event] = receiver.events
    assert set(event) == {"id", "created", "type", "data"}
    assert event["id"].startswith("evt_")
    assert int(began) <= event["created"] <= time.time()
    assert event["type"] == "beat.updated"
    assert event["data"] == beat == hooked.get("/v1/beats/9").json()["data"]["beat"]
    assert receiver.headers[0][REFERENCE] == hexdigest(receiver.bodies[0])
    assert receiver.headers[0][PAGE] is None
    assert receiver.headers[0]["Content-Type"] == "application/json"
    assert entry == {
        "id": event["id"],
        "type": "beat.updated",
        "subject": "beat 9",
        "attempts": 1,
        "status": 200,
        "done": True,
        "at": pytest.approx(time.time(), abs=20),
    }


def test_a_new_beat_is_announced_and_a_removed_one_is_not(hooked: Sandbox, receiver: Receiver) -> None:
    beat = hooked.add_beat(title="Fresh")
    hooked.remove_beat(beat["id"])
    settled(hooked)
    assert [(event["type"], event["data"]) for event in receiver.events] == [("beat.created", beat)]


def test_a_users_new_name_stands_on_profile_beats_and_event(hooked: Sandbox, receiver: Receiver) -> None:
    profile = hooked.change_user(5001, name="DJ Renamed", bio=None)
    settled(hooked)
    assert profile == hooked.get("/v1/users/5001").json()["data"]["user"] == receiver.events[0]["data"]
    assert [profile["name"], profile["bio"], receiver.events[0]["type"]] == ["DJ Renamed", None, "user.updated"]
    beats = hooked.beats(producer=5001)
    assert len(beats) == profile["beat_count"] > 0
    assert {beat["producer_name"] for beat in beats} == {"DJ Renamed"}


def test_quiet_changes_are_seen_but_not_announced(hooked: Sandbox, receiver: Receiver) -> None:
    hooked.change_beat(9, price=1, _quiet=True)
    hooked.change_user(5001, bio="x", _quiet=True)
    hooked.add_beat(_quiet=True)
    assert hooked.get("/v1/beats/9").json()["data"]["beat"]["price"] == 1
    assert "_quiet" not in hooked.get("/v1/users/5001").json()["data"]["user"]
    assert hooked.deliveries() == []
    assert receiver.bodies == []


def test_nothing_is_sent_after_the_webhook_is_gone(hooked: Sandbox, receiver: Receiver) -> None:
    hooked.webhook(None)
    hooked.change_beat(9, price=1)
    assert hooked.deliveries() == []
    with pytest.raises(requests.HTTPError):
        hooked.event("beat.updated")


def test_a_reset_puts_the_webhook_back_too(hooked: Sandbox, receiver: Receiver) -> None:
    receiver.statuses = [500]
    hooked.webhook(receiver.url, SECRET, retries="60")
    hooked.change_beat(9, price=1)
    wait_until(lambda: hooked.deliveries()[0]["attempts"] == 1)
    hooked.reset()
    hooked.change_beat(9, price=1)
    assert hooked.deliveries() == []


def test_a_refused_event_is_sent_again_until_it_is_accepted(hooked: Sandbox, receiver: Receiver) -> None:
    receiver.statuses = [500, 302]
    hooked.change_beat(9, price=9.99)
    [entry] = settled(hooked)
    assert [entry["attempts"], entry["status"]] == [3, 200]
    assert len(receiver.bodies) == 3
    assert len(set(receiver.bodies)) == 1
    assert receiver.paths == ["/hook?a=1"] * 3, "no redirect is followed"


def test_an_event_is_given_up_after_the_last_retry(hooked: Sandbox, receiver: Receiver) -> None:
    receiver.statuses = [500] * 3
    hooked.change_beat(9, price=9.99)
    hooked.change_beat(9, price=8.99)
    first, second = settled(hooked, 2)
    assert [first["attempts"], first["status"], second["attempts"], second["status"]] == [3, 500, 1, 200]
    assert [event["data"]["price"] for event in receiver.events] == [9.99, 9.99, 9.99, 8.99]


def test_a_waiting_event_holds_up_its_own_subject_only(hooked: Sandbox, receiver: Receiver) -> None:
    receiver.statuses = [500]
    hooked.webhook(receiver.url, SECRET, retries="0.5")
    hooked.change_beat(9, price=1)
    wait_until(lambda: len(receiver.bodies) == 1)
    hooked.change_beat(9, price=2)
    hooked.change_beat(8, price=3)
    settled(hooked, 3)
    assert [event["data"]["price"] for event in receiver.events] == [1, 3, 1, 2]


def test_a_silent_receiver_holds_up_no_change(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:  # never accepts, so never answers
        sandbox.webhook(f"http://127.0.0.1:{listener.getsockname()[1]}/", SECRET)
        began = time.monotonic()
        sandbox.change_beat(9, price=1)
        assert time.monotonic() - began < 5, "a tenth of a second on an idle machine; the time-out is ten"
        assert [sandbox.deliveries()[0][name] for name in ("attempts", "status", "done")] == [0, None, False]
        assert sandbox.get("/v1/beats/9").status_code == 200


def test_an_event_nobody_listens_for_is_given_up(sandbox: Sandbox) -> None:
    sandbox.webhook("http://127.0.0.1:9/", SECRET, retries="0.01")
    assert sandbox.change_beat(9, price=1)["price"] == 1
    [entry] = settled(sandbox)
    assert [entry["attempts"], entry["status"]] == [2, 0]


def test_the_webhook_pages_shape_has_its_own_header_and_no_id(hooked: Sandbox, receiver: Receiver) -> None:
    hooked.webhook(receiver.url, SECRET, "page")
    hooked.change_beat(9, price=9.99)
    settled(hooked)
    assert hooked.event("beat.updated", beat_id=9, created=1635962400)[0]["status"] == 200
    first, second = receiver.events
    assert set(first) == {"event", "created_at", "data"}
    assert [second["event"], second["created_at"]] == ["beat.updated", "2021-11-03T18:00:00Z"]
    assert first["data"] == second["data"]
    assert receiver.headers[0][PAGE] == hexdigest(receiver.bodies[0])
    assert receiver.headers[0][REFERENCE] is None


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/", "http://example.com/", "http://127.0.0.1@example.com/", "http://127.0.0.1.example.com/",
        "http://localhost.example.com/", "http://0.0.0.0/", "http://169.254.169.254/", "https://127.0.0.1/",
        "ftp://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://[::ffff:10.0.0.1]/", "http:///x",
        "http://127.0.0.1:99999/", "http://localhosť/", "/hook", "", 5,
    ],
)  # fmt: skip
def test_events_never_leave_the_machine(sandbox: Sandbox, url: Any) -> None:
    with pytest.raises(requests.HTTPError) as caught:
        sandbox.webhook(url, SECRET)
    assert caught.value.response.status_code == 400


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://127.8.9.10:8000/x", "http://localhost:8000"])
def test_every_name_of_this_machine_will_do(sandbox: Sandbox, url: str) -> None:
    sandbox.webhook(url, SECRET)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "{own}.evil.example"}, 403),
        ({"Origin": "http://rebound.example:1", "Host": "rebound.example:1"}, 403),
        ({"Referer": "https://evil.example/page"}, 403),
        ({"Origin": "{own}"}, 200),
        ({"Referer": "{own}/docs"}, 200),
        ({}, 200),
    ],
)
def test_other_sites_pages_control_nothing(sandbox: Sandbox, headers: dict[str, str], status: int) -> None:
    response = sandbox.session.patch(
        f"{sandbox.origin}/_control/beats/9",
        data=b'{"price": 9.99}',  # a form's content type, as curl's -d
        headers={"Content-Type": "application/x-www-form-urlencoded"}
        | {name: value.format(own=sandbox.origin) for name, value in headers.items()},
        timeout=5,
    )
    assert response.status_code == status
    changed = sandbox.get("/v1/beats/9").json()["data"]["beat"]["price"] == 9.99
    assert changed == (status == 200)


def test_the_webhook_can_be_set_at_the_start(receiver: Receiver) -> None:
    arguments = ["--webhook-url", receiver.url, "--webhook-secret", SECRET, "--webhook-shape", "page"]
    arguments += ["--webhook-retries", "0.05"]
    receiver.statuses = [500]
    with Sandbox(beats=3, arguments=arguments) as sandbox:
        for _ in range(2):
            sandbox.change_beat(1, price=1)
            settled(sandbox)
            sandbox.reset()
    assert len(receiver.bodies) == 3
    assert receiver.headers[2][PAGE] == hexdigest(receiver.bodies[2])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--webhook-url", "http://example.com/", "--webhook-secret", "x"], "on this machine"),
        (["--webhook-url", "http://127.0.0.1/"], "needs a secret"),
        (["--webhook-retries", "often"], "could not convert"),
    ],
)
def test_bad_arguments_about_events_are_explained(arguments: list[str], said: str) -> None:
    command = [sys.executable, "-m", "catalog.beatconnect.sandbox", *arguments]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 2
    assert said in finished.stderr
