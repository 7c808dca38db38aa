"""Takes in BeatConnect's webhooks: each event is kept exactly once, in one transaction with its effects.

The unique key decides, not a look beforehand: however often and however parallel an event is delivered, one
delivery inserts its row and runs its effects, and the others find it there. Nothing here calls BeatConnect.
"""

import random
from datetime import datetime, timedelta
from enum import Enum

import structlog
from django.conf import settings
from django.db import transaction

from catalog import effects, refusals
from catalog.beatconnect.signatures import verify
from catalog.envelopes import BadEnvelope, Envelope, body_key, digest, read_envelope
from catalog.models.events import WebhookEvent
from catalog.quota.clock import Clock, database_clock

log = structlog.get_logger("catalog.webhooks")

State = WebhookEvent.State

# Outside of this an event's word isn't followed: its id alone must tell a replay, since no time is signed.
OLDEST = timedelta(days=7)
FURTHEST_AHEAD = timedelta(minutes=10)

MOST_ATTEMPTS = 5
FIRST_PAUSE, PAUSE_GROWTH, LONGEST_PAUSE = 15, 4, 900  # seconds; each is the upper end of a full jitter
RETRIES_AT_ONCE = 100

KEEP_PAYLOADS = timedelta(days=90)
LONGEST_IGNORED = 65_536  # characters
MOST_IGNORED = 10_000
# Counting them costs more than storing one: so only now and then, and with room until the next time.
TRIM_EVERY = 100
# The first body counts; replaying it takes this word away.
CONFLICT = "another body came under this id"


class Outcome(Enum):
    ACCEPTED = "accepted"  # new, known already, stale or of no known type: the sender is done with it
    FORGED = "forged"
    UNREADABLE = "unreadable"  # truly signed, and no event


def receive(body: bytes, signature: str, clock: Clock = database_clock, *, sender: str = "") -> Outcome:
    """Take in one delivery; a database error means that it isn't kept, and has to come again."""
    secret_index = verify(body, signature, settings.BEATCONNECT_WEBHOOK_SECRETS)
    if secret_index is None:
        refusals.refusals.note(clock, sender)
        return Outcome.FORGED
    try:
        envelope = read_envelope(body)
    except BadEnvelope as error:
        _keep_unreadable(body, secret_index, str(error), clock)
        return Outcome.UNREADABLE
    event, new = _keep(envelope, body, secret_index, clock)
    if new:
        log.info("webhook", type=event.type, key=event.key, state=event.state, secret=secret_index)
    elif event.digest != envelope.digest:
        log.warning("webhook id_conflict", type=envelope.type, key=event.key)
        WebhookEvent.objects.filter(pk=event.pk).update(problem=CONFLICT)
    else:
        log.info("webhook again", type=event.type, key=event.key, state=event.state)
    return Outcome.ACCEPTED


@transaction.atomic
def _keep(envelope: Envelope, body: bytes, secret_index: int, clock: Clock) -> tuple[WebhookEvent, bool]:
    now = clock()
    state = _state(envelope, now)
    payload = body.decode()
    cut = state is State.IGNORED and len(payload) > LONGEST_IGNORED
    event, new = WebhookEvent.objects.get_or_create(
        key=envelope.key,
        defaults={
            "digest": envelope.digest,
            "type": envelope.type,
            "created": envelope.created,
            "received": now,
            "secret_index": secret_index,
            "payload": payload[:LONGEST_IGNORED] if cut else payload,
            "state": state,
            "problem": "payload cut" if cut else "",
        },
    )
    if not new:
        return event, False
    if state is State.DONE:
        _run(event, envelope, now)
    elif state is State.STALE:
        effects.look_around(now)
    else:
        _trim_now_and_then(event)
    return event, True


def _state(envelope: Envelope, now: datetime) -> WebhookEvent.State:
    if not effects.knows(envelope.type):
        return State.IGNORED
    if envelope.created and not now - OLDEST <= envelope.created <= now + FURTHEST_AHEAD:
        return State.STALE
    return State.DONE


def _run(event: WebhookEvent, envelope: Envelope, now: datetime) -> None:
    """Run the effects and write down what came of it; what they did before failing is undone."""
    state, problem = State.DONE, ""
    try:
        with transaction.atomic():
            effects.apply(envelope, event.received, now)
    except effects.Unusable as error:
        state, problem = State.IGNORED, str(error)
    except Exception as error:
        # Whatever it was, the event must not be lost with it: the sender may never come again.
        state, problem = State.FAILED, type(error).__name__
        log.exception("webhook failed", type=event.type, key=event.key, attempts=event.attempts + 1)
    if state is State.DONE and (event.state, event.problem) == (state, problem):
        return
    event.state, event.problem, event.next_try = state, problem, None
    if state is State.FAILED:
        event.attempts += 1
        _plan_next_try(event, now)
    event.save(update_fields=["state", "problem", "attempts", "next_try"])


def _plan_next_try(event: WebhookEvent, now: datetime) -> None:
    if event.attempts >= MOST_ATTEMPTS:
        event.state = State.PARKED
        log.error("webhook parked", type=event.type, key=event.key, attempts=event.attempts)
        return
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * PAUSE_GROWTH ** (event.attempts - 1))
    event.next_try = now + timedelta(seconds=random.uniform(1, longest))


@transaction.atomic
def _keep_unreadable(body: bytes, secret_index: int, problem: str, clock: Clock) -> None:
    text = body.decode(errors="replace").replace("\0", "\ufffd")
    event, new = WebhookEvent.objects.get_or_create(
        key=body_key(body),
        defaults={
            "digest": digest(body),
            "received": clock(),
            "secret_index": secret_index,
            "payload": text[:LONGEST_IGNORED],
            "state": State.IGNORED,
            "problem": problem,
        },
    )
    if new:
        log.warning("webhook unreadable", key=event.key, problem=problem, size=len(body))
        _trim_now_and_then(event)


def _trim_now_and_then(event: WebhookEvent) -> None:
    # Other events take numbers, too, so this may miss its turn for long: the daily prune doesn't.
    if event.pk % TRIM_EVERY == 0:
        _trim_ignored()


def _trim_ignored() -> None:
    # Their keys stay, like all others'; without its payload an ignored event is a few hundred bytes.
    ignored = WebhookEvent.objects.filter(state=State.IGNORED, payload__gt="")
    room = MOST_IGNORED - TRIM_EVERY
    if oldest := ignored.order_by("-pk").values_list("pk", flat=True)[room : room + 1].first():
        ignored.filter(pk__lte=oldest).update(payload="")


def next_retry() -> datetime | None:
    """Return when the next failed effects are to be tried again; None if there are none."""
    failed = WebhookEvent.objects.filter(state=State.FAILED).order_by("next_try")
    return failed.values_list("next_try", flat=True).first()


def retry_failed(now: datetime) -> None:
    """Run the effects again that failed and are due."""
    due = WebhookEvent.objects.filter(state=State.FAILED, next_try__lte=now).order_by("next_try")
    for pk in list(due.values_list("pk", flat=True)[:RETRIES_AT_ONCE]):
        with transaction.atomic():
            event = due.select_for_update().filter(pk=pk).first()
            if event is None:
                continue
            try:
                _run_again(event, now)
            except BadEnvelope as error:
                # Another version took it in, and this one can't read it.
                WebhookEvent.objects.filter(pk=pk).update(state=State.PARKED, problem=str(error))


@transaction.atomic
def replay(pk: int, now: datetime) -> WebhookEvent:
    """Run an event's effects again, whatever became of it; BadEnvelope if its payload can't be used (any more).

    Its age doesn't count: the dirty queue fetches what is true now.
    """
    event = WebhookEvent.objects.select_for_update().get(pk=pk)
    event.attempts = 0
    _run_again(event, now)
    return event


def _run_again(event: WebhookEvent, now: datetime) -> None:
    if not event.payload:
        raise BadEnvelope("its payload is gone")
    envelope = read_envelope(event.payload.encode())
    if not effects.knows(envelope.type):
        raise BadEnvelope(f"nothing is known of {envelope.type}")
    _run(event, envelope, now)


def prune(now: datetime) -> None:
    """Empty the payloads that are old; keys stay for ever, so that a replay is known for ever."""
    refusals.prune(now)
    _trim_ignored()
    WebhookEvent.objects.filter(received__lt=now - KEEP_PAYLOADS).exclude(payload="").update(payload="")
