"""What a visitor may wait for: an empty mirror's first page, and a beat that nobody has heard of yet. The third such
call, for a search that finds nothing, stands in visitor_search.py.

A visitor waits VISITOR_DEADLINE seconds at most for all of it, and one such call is in flight at a time over all
processes.
"""

import time
from datetime import datetime, timedelta

from catalog.beatconnect.errors import BeatConnectError, NotFound
from catalog.beatconnect.models import BeatPage
from catalog.beatconnect.transport import VISITOR_DEADLINE
from catalog.gateway import Gateway
from catalog.mirror.beats import apply_beats
from catalog.models.mirror import Absent
from catalog.quota import purposes
from catalog.quota.ledger import OverBudget
from catalog.state import check_source, read_state
from catalog.sync import leases, sweep
from catalog.sync.turn import Turn, keeping

# How often one who waits for another's fill looks whether it is there, in seconds.
LOOK_AGAIN = 0.1
# No answer comes sooner than that from another continent.
SHORTEST_CALL = 0.5
FIRST_ABSENCE, LONGEST_ABSENCE = timedelta(minutes=10), timedelta(hours=24)
MOST_ABSENT = 10_000


class Patience:
    """How long one visitor may still wait, whatever for: begins with the request."""

    def __init__(self) -> None:
        self._end = time.monotonic() + VISITOR_DEADLINE

    @property
    def left(self) -> float:
        """Seconds; 0 where what is left would not do for a call."""
        left = self._end - time.monotonic()
        return left if left >= SHORTEST_CALL else 0.0


def fill(gateway: Gateway, patience: Patience) -> float | None:
    """Fill an empty mirror with one call; who finds another at it waits for that one's answer.

    Return None once there is something to show, else the seconds after which another try makes sense.
    """
    while read_state().as_of is None:
        if not patience.left:
            return VISITOR_DEADLINE
        lease = leases.take(leases.SYNC, gateway.ledger.clock)
        if lease:
            return _fill(gateway, lease, patience.left)
        time.sleep(LOOK_AGAIN)
    return None


def _fill(gateway: Gateway, lease: leases.Held, deadline: float) -> float | None:
    try:
        state = read_state()
        check_source(state)
        if state.as_of:
            return None  # somebody filled it between our look and our lease
        page = sweep.next_page()
        fetched = gateway.call(purposes.VISITOR, sweep.path_of(page), lambda client: sweep.ask(client, page, deadline))
        with Turn(gateway, lease).writing():
            sweep.keep(page, fetched)
    except leases.Fenced:
        return VISITOR_DEADLINE  # another process has taken over meanwhile
    except OverBudget as denied:
        return denied.retry_after
    except BeatConnectError as error:
        return error.retry_after or VISITOR_DEADLINE
    finally:
        lease.release()
    return None


def known_absent(pk: int, now: datetime) -> bool:
    """Tell whether BeatConnect said lately that it has no such beat."""
    return Absent.objects.filter(pk=pk, until__gt=now).exists()


def ask_for_beat(gateway: Gateway, pk: int, patience: Patience) -> bool | None:
    """Ask BeatConnect for one beat and keep the answer; True if it is there, False if it is not, None if unknown."""
    deadline = patience.left
    lease = leases.take(leases.VISITOR, gateway.ledger.clock) if deadline else None
    if lease is None:
        return None
    try:
        check_source(read_state())
        fetched = gateway.call(purposes.VISITOR, f"/beats/{pk}", lambda client: client.get_beat(pk, deadline=deadline))
        with keeping():
            # Provisional: the lists may lag behind, and must not take it off sale for that.
            apply_beats(BeatPage(beats=(fetched.value,)), fetched.sent_at, provisional=True)
    except NotFound as error:
        if error.code != "not_found":
            return None  # a proxy's 404 says nothing of the beat
        _remember_absence(pk, gateway.ledger.clock())
        return False
    except (OverBudget, BeatConnectError):
        return None
    finally:
        lease.release()
    return True


def _remember_absence(pk: int, now: datetime) -> None:
    row, new = Absent.objects.get_or_create(pk=pk, defaults={"until": now + FIRST_ABSENCE})
    if not new:
        wait = min(FIRST_ABSENCE * 2.0 ** min(row.times, 10), LONGEST_ABSENCE)
        Absent.objects.filter(pk=pk).update(until=now + wait, times=row.times + 1)
    surplus = Absent.objects.order_by("-until").values_list("pk", flat=True)[MOST_ABSENT : MOST_ABSENT + 100]
    if new and surplus:
        Absent.objects.filter(pk__in=list(surplus)).delete()
