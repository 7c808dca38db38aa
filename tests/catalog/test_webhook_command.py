"""`manage.py webhooks`: an operator sees what came in, and can run an event's effects again."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from catalog import effects
from catalog.models.events import Dirty, Purchase, WebhookEvent
from tests.webhooks import deliver, tell

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("webhooks", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_list_shows_the_latest_first(client: Client) -> None:
    for number in range(25):
        tell(client, "beat.updated", {"id": 7}, id=f"evt_{number}")
    tell(client, "beat.sung", {}, id="evt_song")
    deliver(client, b"nonsense")
    lines = run("list")
    assert len(lines) == 20
    assert "ignored" in lines[0]
    assert lines[0].endswith(": not JSON")
    assert "beat.sung" in lines[1]
    assert "evt:evt_24" in lines[2]
    assert len(run("list", "--limit", "100")) == 27
    assert len(run("list", "--state", "ignored")) == 2
    assert run("list", "--state", "parked") == []


def test_a_replay_by_any_name_does_no_harm(client: Client) -> None:
    tell(client, "beat.purchased", {"beat_id": 7, "purchaser_id": 1})
    event = WebhookEvent.objects.get()
    for name in (str(event.pk), "evt_1", "evt:evt_1"):
        assert run("replay", name) == [f"{event.pk} beat.purchased: done"]
    assert Purchase.objects.count() == 1


def test_a_type_that_was_unknown_is_replayed_after_a_deploy(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(client, "beat.remixed", {"id": 7})
    with pytest.raises(CommandError, match=r"nothing is known of beat\.remixed"):
        run("replay", "evt_1")
    monkeypatch.setitem(effects.EFFECTS, "beat.remixed", effects.EFFECTS["beat.updated"])
    run("replay", "evt_1")
    assert WebhookEvent.objects.get().state == WebhookEvent.State.DONE
    assert Dirty.objects.get().ref == 7


def test_stale_and_parked_events_can_be_replayed(client: Client) -> None:
    tell(client, "beat.updated", {"id": 7}, created=1_600_000_000)
    run("replay", "evt_1")
    assert Dirty.objects.filter(kind="beat", ref=7).exists()
    WebhookEvent.objects.update(state=WebhookEvent.State.PARKED, attempts=5, problem="ZeroDivisionError")
    run("replay", "evt_1")
    event = WebhookEvent.objects.get()
    assert (event.state, event.attempts, event.problem) == (WebhookEvent.State.DONE, 0, "")


def test_what_cannot_be_replayed_is_said(client: Client) -> None:
    deliver(client, b"nonsense")
    event = WebhookEvent.objects.get()
    with pytest.raises(CommandError, match="not JSON"):
        run("replay", str(event.pk))
    for name in ("evt_none", "999999", "9" * 30, "é"):
        with pytest.raises(CommandError, match="There is no event"):
            run("replay", name)
    tell(client, "beat.updated", {"id": 7})
    WebhookEvent.objects.update(payload="")
    with pytest.raises(CommandError, match="its payload is gone"):
        run("replay", "evt_1")
