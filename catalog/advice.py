"""What the figures mean for whoever is on duty: what is wrong, until when, and what to do. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from catalog.figures import Events, Status
from catalog.refusals import MANY, SHORT

Level = Literal["act", "wait", "note"]
LEVELS: tuple[Level, ...] = ("act", "wait", "note")

# A mirror older than this says "seen" beside its prices; a large one is as old as its sweeps are long.
OLD = timedelta(hours=6)
SWEEPS_MISSED = 3
# Longer than any pause between two calls that is meant.
QUIET = timedelta(minutes=15)
OVERDUE = timedelta(minutes=10)

_WAIT_FOR_API = (
    "Wait: one call tries again by itself. If it lasts for hours, look at this host's network, then tell BeatConnect."
)
_COMPARE_SECRETS = (
    "Compare BEATCONNECT_WEBHOOK_SECRETS with BeatConnect's dashboard. Meanwhile the sweep keeps the shop fresh."
)
_NOT_THE_API = "Ask BEATCONNECT_API_URL from this host: a proxy may answer in its place, or the API has moved."
_UNREADABLE = ("BeatConnect answers, but not as its API should", _NOT_THE_API)
REASONS: dict[str, tuple[str, str]] = {
    "no_key": ("No API key is set, so nothing can be asked", "Set BEATCONNECT_API_KEY and restart the workers."),
    "wrong_source": (
        "The mirror was filled from another API, or with another kind of key",
        "Correct DATABASE_URL, or empty the mirror: manage.py sync_catalog --reset.",
    ),
    "unauthorized": (
        "BeatConnect refuses the shop's key (401)",
        "Check the key in BeatConnect's dashboard; set a valid BEATCONNECT_API_KEY and restart the workers.",
    ),
    "rate_limited": (
        "BeatConnect says that the key's calls are used up (429)",
        "Wait: calls go on by themselves. If it comes back, another program spends this key: give it its own.",
    ),
    "tls": ("The connection to BeatConnect is not secure", "Check this host's clock and certificates."),
    "connect": ("BeatConnect can't be reached", _WAIT_FOR_API),
    "deadline": ("BeatConnect does not answer in time", _WAIT_FOR_API),
    "server_error": ("BeatConnect answers with server errors", _WAIT_FOR_API),
    "not_json": _UNREADABLE,
    "bad_shape": _UNREADABLE,
    "too_large": _UNREADABLE,
    "bad_encoding": _UNREADABLE,
    "redirect": _UNREADABLE,
    "error_body": _UNREADABLE,
}
_OTHER = ("Calls to BeatConnect fail", _WAIT_FOR_API)
# No waiting cures these.
_FOR_A_PERSON = frozenset({"no_key", "wrong_source", "unauthorized", "tls"})


@dataclass(frozen=True)
class Notice:
    """act: a person has to; wait: it mends itself; note: worth knowing."""

    level: Level
    what: str
    todo: str
    until: datetime | None = None


# What to say of a sweep that was not whole.
SWEEPS: dict[str, Notice] = {
    "emptied": Notice(
        "act",
        "BeatConnect shows no beats at all: the shop keeps those it had, as they were.",
        "Ask BeatConnect whether the catalogue is meant to be empty. If so: manage.py sync_catalog --reset.",
    ),
    "holes": Notice(
        "wait",
        "Pages of BeatConnect's list were of no use: what stands on them is as old as before.",
        "Wait: each sweep tries them again. If it lasts for hours, the calls and the quarantine below show why: the "
        "API may have changed. Look for a newer version of the shop, or tell BeatConnect.",
    ),
    "endless": Notice(
        "wait",
        "BeatConnect's list has no end: no sweep of it comes to one.",
        "Wait: it is swept again and again. If it lasts for hours, tell BeatConnect.",
    ),
}


def notices(status: Status) -> tuple[Notice, ...]:
    """Return what there is to say, the most urgent first."""
    found = [*_service(status), *_mirror(status), *_calls(status), *_events(status), *_quarantine(status)]
    return tuple(sorted(found, key=lambda notice: LEVELS.index(notice.level)))


def _service(status: Status) -> Iterator[Notice]:
    service = status.service
    if service.name == "frozen":
        what, todo = REASONS.get(service.why, _OTHER)
        yield Notice("act" if service.why in _FOR_A_PERSON else "wait", f"{what}.", todo, service.until)
    elif service.name == "lean":
        yield Notice(
            "note",
            "The day's calls are nearly spent: similar beats and profiles wait, the sweep goes on.",
            "Nothing. It ends by itself as yesterday's calls leave the 24 hours.",
        )
    for endpoint, until in sorted(status.calls.paused.items()):
        yield Notice(
            "act",
            f"The key may not ask {endpoint} (403).",
            "Check in BeatConnect's dashboard what the key may do; it is tried again by itself.",
            until,
        )


def _mirror(status: Status) -> Iterator[Notice]:
    mirror, frozen = status.mirror, status.service.name == "frozen"
    if mirror.as_of is None:
        todo = "First mend what stands above." if frozen else "Wait: the next visitor or the scheduler fills it."
        yield Notice("act" if frozen else "wait", "The store is empty: visitors are told to come back.", todo)
    elif not mirror.complete:
        yield Notice(
            "wait",
            f"The first fill is under way: {mirror.live} of {mirror.upstream or '?'} beats.",
            "Nothing. Pages not reached yet answer 503.",
        )
    elif status.now - mirror.as_of > longest_age(status):
        yield Notice(
            "act",
            "The mirror is old: visitors see old prices.",
            "First mend what stands above." if frozen else "See below whether a process holds the sync lease.",
        )
    if mirror.sweep_trouble:
        yield SWEEPS[mirror.sweep_trouble]
    if not frozen and nobody_syncs(status):
        yield Notice(
            "act",
            "No process keeps the mirror fresh.",
            "Set BACKGROUND_SYNC=on (a worker begins with its first request), or start manage.py sync_catalog.",
        )


def longest_age(status: Status) -> timedelta:
    """Return how old a mirror that is kept fresh may be, by the plan: a pace that has collapsed excuses nothing."""
    sweep = timedelta(seconds=status.mirror.planned_pace) * (status.mirror.sweep_pages_expected or 1)
    return max(OLD, SWEEPS_MISSED * sweep)


def nobody_syncs(status: Status) -> bool:
    held = any(lease.holder for lease in status.leases if lease.name == "sync")
    lately = status.calls.last and status.now - status.calls.last[0].sent_at < QUIET
    return not held and not lately


def _calls(status: Status) -> Iterator[Notice]:
    day = status.calls.windows[-1]
    if not day.left:
        yield Notice("wait", "The day's calls are spent.", "Nothing. They come back as yesterday's leave the 24 hours.")
    foreign = max(status.calls.windows, key=lambda window: window.foreign)
    if foreign.foreign:
        yield Notice(
            "note",
            f"Somebody else spends this key: {foreign.foreign} calls of the {foreign.window}.",
            "Give other programs keys of their own.",
        )


def _events(status: Status) -> Iterator[Notice]:
    events = status.events
    yield from _refused(events)
    if events.parked:
        # No hurry: the sweep brings what the event told of.
        yield Notice(
            "note",
            f"Webhooks that failed too often: {events.parked}.",
            "manage.py webhooks list --state parked says why; manage.py webhooks replay ID tries again.",
        )
    if events.conflicts:
        yield Notice(
            "note",
            f"Webhooks under whose id another body came: {events.conflicts}. The first one counts.",
            "Tell BeatConnect: an event's id must be its own. manage.py webhooks list names them, and "
            "manage.py webhooks replay ID ends this note.",
        )
    if events.failed:
        yield Notice("wait", f"Webhooks that failed: {events.failed}.", "Nothing. They are tried again by themselves.")
    if events.dirty_due and status.now - events.dirty_due > OVERDUE and status.service.name != "frozen":
        yield Notice(
            "wait",
            f"Changes that webhooks told of wait to be fetched: {events.dirty}.",
            "If the number grows, see below whether a process holds the sync lease.",
        )


def _refused(events: Events) -> Iterator[Notice]:
    what = f"Webhooks without a valid signature: {events.refused} in 24 hours"
    # Where webhooks never worked a stray program's few tries say nothing; where they did, one may be BeatConnect's.
    if not events.lately and events.refused > (0 if events.last else MANY):
        yield Notice("act", f"{what}, and none with one.", _COMPARE_SECRETS)
    elif events.burst_unanswered:
        minutes = int(SHORT.total_seconds() / 60)
        what = f"More than {MANY} webhooks without a valid signature in {minutes} minutes from one address"
        yield Notice("act", f"{what}, and none with one since.", _COMPARE_SECRETS)
    elif events.burst_at:
        # Our secret is right, then.
        yield Notice("note", f"{what}.", "Nothing breaks: somebody tries. Limit such senders at the proxy.")


def _quarantine(status: Status) -> Iterator[Notice]:
    if status.quarantine.refused_origins:
        yield Notice(
            "note",
            f"Covers or previews are left out, since they lie on {', '.join(status.quarantine.refused_origins)}.",
            "If these hosts are BeatConnect's, add them to BEATCONNECT_MEDIA_HOSTS.",
        )
    if status.quarantine.items:
        yield Notice(
            "note",
            f"Items of BeatConnect's that could not be used: {status.quarantine.items}.",
            "The reasons stand below; the producer or BeatConnect can mend them.",
        )
