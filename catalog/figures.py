"""The figures of the operators' page, as values: gathered by `status`, read by `advice`, drawn by `charts`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class ServiceState:
    """normal; lean: only what keeps the mirror fresh is asked; frozen: nothing is, `until` then (None: not known)."""

    name: Literal["normal", "lean", "frozen"]
    why: str = ""  # a failure's class, as errors.py names it, or one of ours
    until: datetime | None = None


@dataclass(frozen=True)
class Window:
    """One limit of the key, and who has spent of it."""

    window: str
    calls: int
    margin: int
    used: int
    foreign: int  # by others with the same key, as far as the answers' headers told

    @property
    def left(self) -> int:
        return max(0, self.calls - self.margin - self.used - self.foreign)


@dataclass(frozen=True)
class Hour:
    start: datetime
    calls: dict[str, int]  # by purpose


@dataclass(frozen=True)
class CallLine:
    sent_at: datetime
    purpose: str
    path: str
    status: int | None
    outcome: str  # "" while under way
    seconds: float | None


@dataclass(frozen=True)
class Calls:
    windows: tuple[Window, ...]
    hours: tuple[Hour, ...]  # oldest first; the last one has just begun
    failures: dict[str, int]  # by outcome, in these hours
    failures_in_a_row: int
    paused: dict[str, datetime]  # endpoint → until when it isn't asked
    last: tuple[CallLine, ...]


@dataclass(frozen=True)
class Mirror:
    as_of: datetime | None
    complete: bool
    live: int
    gone: int
    genres: int
    producers: int
    upstream: int | None
    sweep_started_at: datetime | None
    sweep_pages: int  # read so far
    sweep_pages_expected: int | None
    sweep_trouble: str  # what kept the last one from being whole: holes, endless, emptied; "" for nothing
    pace: float  # seconds between two paced calls, as things are
    planned_pace: float  # and where nobody else spends any


@dataclass(frozen=True)
class EventLine:
    id: int
    received: datetime
    type: str
    state: str
    attempts: int
    problem: str


@dataclass(frozen=True)
class Events:
    """What webhooks told, and what of it is still to be fetched."""

    lately: dict[str, int]  # by state, in 24 hours
    failed: int  # of any age, like the parked ones
    parked: int
    conflicts: int  # under whose id another body came, of any age
    last: tuple[EventLine, ...]
    dirty: int
    dirty_due: datetime | None  # the oldest one's
    suspects: int  # beats that a list should show and doesn't, and that BeatConnect has not disowned
    refused: int  # without a valid signature, in 24 hours, as is the last one
    refused_last: datetime | None
    burst_at: datetime | None  # when too many of them had come from one address in a short time
    burst_unanswered: bool  # and none with a valid signature has come since


@dataclass(frozen=True)
class QuarantineLine:
    kind: str
    item_id: str
    reason: str
    times: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True)
class Quarantine:
    items: int  # met since the last whole sweep began: what was mended or removed before it doesn't count
    last: tuple[QuarantineLine, ...]
    refused_origins: tuple[str, ...]  # of covers and previews, as long


@dataclass(frozen=True)
class LeaseLine:
    name: str
    holder: str  # "" for nobody
    epoch: int
    taken_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True)
class Pages:
    """The page store of the process that answers; each has its own."""

    kept: int
    bytes: int
    most_bytes: int
    hit: int
    miss: int
    stale: int
    evicted: int


@dataclass(frozen=True)
class Status:
    now: datetime
    service: ServiceState
    calls: Calls
    mirror: Mirror
    events: Events
    quarantine: Quarantine
    leases: tuple[LeaseLine, ...]
    pages: Pages | None  # None where nothing is kept
