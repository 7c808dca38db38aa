"""How the shop is: gathers what operators and probes are shown. Only reads, and tells no key and no payload.

The number of queries is the same however much there is to tell.
"""

from collections import defaultdict
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from math import ceil

from django.conf import settings
from django.db.models import Count, Max, Min, Q, Sum
from django.db.models.functions import TruncHour

from catalog.figures import (
    CallLine,
    Calls,
    EventLine,
    Events,
    Hour,
    LeaseLine,
    Mirror,
    Pages,
    Quarantine,
    QuarantineLine,
    ServiceState,
    Status,
    Window,
)
from catalog.models.events import Dirty, RefusedDeliveries, RefusedSender, WebhookEvent
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat, Genre, Producer, Quarantined
from catalog.models.sync import Lease
from catalog.pagestore import keeper
from catalog.quota.clock import database_clock
from catalog.quota.ledger import Ledger, fingerprint
from catalog.quota.lessons import FAILURES_BEFORE_PAUSE, foreign_use
from catalog.state import WrongSource, check_source, read_state
from catalog.sync import pacing
from catalog.webhooks import CONFLICT

HOURS = 24
LAST_CALLS, LAST_EVENTS, LAST_QUARANTINED = 20, 10, 20
MEDIA_ORIGIN = "media origin"
# Outcomes that tell of no failure: answered, and still under way.
WELL = frozenset({"ok", ""})


def service_state(now: datetime | None = None) -> ServiceState:
    """Return how the shop and BeatConnect get on; visitors get the mirror's pages in every state."""
    now = now or database_clock()
    if not settings.BEATCONNECT_API_KEY:
        return ServiceState("frozen", "no_key")
    try:
        check_source(read_state())
    except WrongSource:
        return ServiceState("frozen", "wrong_source")
    ledger = _ledger()
    budget = ledger.budget()
    if budget.blocked_until and budget.blocked_until > now:
        return ServiceState("frozen", budget.trouble or "blocked", budget.blocked_until)
    if budget.failures >= FAILURES_BEFORE_PAUSE:
        # The pause is over, but only a call that succeeds ends the trouble.
        return ServiceState("frozen", budget.trouble)
    return ServiceState("lean", "day_spent") if pacing.is_lean(ledger, now) else ServiceState("normal")


def read_status(now: datetime | None = None) -> Status:
    """Return all figures there are."""
    now = now or database_clock()
    mirror = _mirror(now)
    return Status(
        now=now,
        service=service_state(now),
        calls=_calls(now),
        mirror=mirror,
        events=_events(now),
        quarantine=_quarantine(mirror.as_of or now),
        leases=_leases(now),
        pages=_pages(),
    )


def _ledger() -> Ledger:
    return Ledger(fingerprint(settings.BEATCONNECT_API_KEY), settings.BEATCONNECT_LIMITS)


def _pages() -> Pages | None:
    store = keeper.running
    if store is None:
        return None
    shelf = store.shelf
    return Pages(len(shelf), shelf.bytes, shelf.most_bytes, evicted=shelf.evicted, **asdict(store.counts))


def _calls(now: datetime) -> Calls:
    ledger = _ledger()
    budget = ledger.budget()
    used = ledger.used(now)
    mine = ApiCall.objects.filter(budget_id=ledger.key)
    this_hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    starts = [this_hour - timedelta(hours=back) for back in reversed(range(HOURS))]
    by_hour: dict[datetime, dict[str, int]] = {start: defaultdict(int) for start in starts}
    failures: dict[str, int] = defaultdict(int)
    counted = (
        mine.filter(sent_at__gte=starts[0], sent_at__lte=now)
        .annotate(hour=TruncHour("sent_at", tzinfo=UTC))
        .values_list("hour", "purpose", "outcome")
        .annotate(number=Count("pk"))
        .order_by("outcome")
    )
    for hour, purpose, outcome, number in counted:
        by_hour[hour][purpose] += number
        if outcome not in WELL:
            failures[outcome] += number
    until = {path: datetime.fromisoformat(moment) for path, moment in budget.paused.items()}
    return Calls(
        windows=tuple(
            Window(limit.window, limit.calls, limit.margin, used[limit.window], foreign_use(budget, limit, now))
            for limit in ledger.limits
        ),
        hours=tuple(Hour(start, dict(by_hour[start])) for start in starts),
        failures=dict(failures),
        failures_in_a_row=budget.failures,
        paused={path: moment for path, moment in until.items() if moment > now},
        last=tuple(_call_line(call) for call in mine.order_by("-sent_at", "-pk")[:LAST_CALLS]),
    )


def _call_line(call: ApiCall) -> CallLine:
    seconds = (call.done_at - call.sent_at).total_seconds() if call.done_at else None
    return CallLine(call.sent_at, call.purpose, call.path, call.status, call.outcome, seconds)


def _mirror(now: datetime) -> Mirror:
    state = read_state()
    beats = Beat.objects.aggregate(live=Count("pk", filter=Q(gone_at=None)), every=Count("pk"))
    return Mirror(
        as_of=state.as_of,
        complete=state.complete,
        live=beats["live"],
        gone=beats["every"] - beats["live"],
        genres=Genre.objects.count(),
        producers=Producer.objects.count(),
        upstream=state.upstream_total,
        sweep_started_at=state.sweep_started_at,
        sweep_pages=state.sweep_pages,
        sweep_trouble=state.sweep_trouble,
        sweep_pages_expected=ceil(state.upstream_total / state.page_size) if state.upstream_total else None,
        pace=pacing.pace(_ledger(), now).total_seconds(),
        planned_pace=pacing.planned_pace(settings.BEATCONNECT_LIMITS).total_seconds(),
    )


def _events(now: datetime) -> Events:
    lately = WebhookEvent.objects.filter(received__gt=now - timedelta(hours=HOURS)).order_by().values_list("state")
    # Without those whose payload is pruned: nothing can be done with them any more.
    undone = WebhookEvent.objects.exclude(payload="").aggregate(
        failed=Count("pk", filter=Q(state="failed")),
        parked=Count("pk", filter=Q(state="parked")),
        conflicts=Count("pk", filter=Q(problem=CONFLICT)),
    )
    columns = ("pk", "received", "type", "state", "attempts", "problem")
    told = ~Q(kind=Dirty.Kind.SUSPECT)
    dirty = Dirty.objects.aggregate(
        number=Count("pk", filter=told), due=Min("due_at", filter=told), suspects=Count("pk", filter=~told)
    )
    refused = RefusedDeliveries.objects.filter(last__gt=now - timedelta(hours=HOURS)).aggregate(
        number=Sum("number"), last=Max("last")
    )
    since = now - timedelta(hours=HOURS)
    burst_at = RefusedSender.objects.filter(burst_at__gt=since).aggregate(last=Max("burst_at"))["last"]
    last = WebhookEvent.objects.order_by("-received", "-pk").values_list(*columns)[:LAST_EVENTS]
    lines = tuple(EventLine(*line) for line in last)
    return Events(
        lately=dict(lately.annotate(number=Count("pk"))),
        **undone,
        last=lines,
        dirty=dirty["number"],
        dirty_due=dirty["due"],
        suspects=dirty["suspects"],
        refused=refused["number"] or 0,
        refused_last=refused["last"],
        burst_at=burst_at,
        burst_unanswered=burst_at is not None and not (lines and lines[0].received > burst_at),
    )


def _quarantine(since: datetime) -> Quarantine:
    items = Quarantined.objects.exclude(kind=MEDIA_ORIGIN).order_by("-last_seen", "pk")
    columns = ("kind", "item_id", "reason", "times", "first_seen", "last_seen")
    refused = Quarantined.objects.filter(kind=MEDIA_ORIGIN, last_seen__gte=since).order_by("item_id")
    origins = refused.exclude(item_id__in=settings.BEATCONNECT_MEDIA_HOSTS).values_list("item_id", flat=True)
    return Quarantine(
        items=items.filter(last_seen__gte=since).count(),
        last=tuple(QuarantineLine(*line) for line in items.values_list(*columns)[:LAST_QUARANTINED]),
        refused_origins=tuple(origins[:LAST_QUARANTINED]),
    )


def _leases(now: datetime) -> tuple[LeaseLine, ...]:
    return tuple(
        LeaseLine(
            name=row.name,
            holder=row.holder if row.expires_at and row.expires_at > now else "",
            epoch=row.epoch,
            taken_at=row.taken_at,
            expires_at=row.expires_at,
        )
        for row in Lease.objects.order_by("name")
    )
