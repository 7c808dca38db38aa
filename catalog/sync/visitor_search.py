"""The third call that a visitor may wait for: a search that finds nothing here is asked of BeatConnect once a day."""

from datetime import datetime, timedelta

from catalog.beatconnect.client import MAX_RESULTS
from catalog.beatconnect.errors import BeatConnectError
from catalog.beatconnect.models import BeatPage
from catalog.gateway import Gateway
from catalog.mirror.beats import apply_beats
from catalog.models.search import AskedSearch
from catalog.quota import purposes
from catalog.quota.ledger import OverBudget
from catalog.state import check_source, read_state
from catalog.sync import leases, pacing
from catalog.sync.turn import keeping
from catalog.sync.visitor import Patience

ANSWER_KEPT, FAILURE_KEPT = timedelta(days=1), timedelta(minutes=10)
MOST_KEPT = 2_000


def answer_to(folded: str, now: datetime) -> list[int] | None:
    """Return the beats that BeatConnect found for a query, None if it hasn't been asked lately."""
    asked = AskedSearch.objects.filter(pk=folded, until__gt=now).first()
    return [int(pk) for pk in asked.beats] if asked else None


def ask(gateway: Gateway, text: str, folded: str, patience: Patience) -> None:
    """Ask BeatConnect what it finds for a text, keep the beats, and remember the answer under the folded text."""
    deadline = patience.left
    if pacing.is_lean(gateway.ledger, gateway.ledger.clock()):
        return
    lease = leases.take(leases.VISITOR, gateway.ledger.clock) if deadline else None
    if lease is None:
        return
    try:
        check_source(read_state())
        fetched = gateway.call(
            purposes.SEARCH,
            "/search",
            lambda client: client.search(q=text, type="beats", limit=MAX_RESULTS, deadline=deadline),
        )
        with keeping():
            apply_beats(BeatPage(beats=fetched.value.beats, problems=fetched.value.problems), fetched.sent_at)
    except OverBudget:
        return
    except BeatConnectError:
        _remember(folded, [], gateway.ledger.clock() + FAILURE_KEPT)
        return
    finally:
        lease.release()
    _remember(folded, [beat.id for beat in fetched.value.beats], fetched.sent_at + ANSWER_KEPT)


def _remember(folded: str, beats: list[int], until: datetime) -> None:
    AskedSearch.objects.update_or_create(pk=folded, defaults={"until": until, "beats": beats})
    surplus = AskedSearch.objects.order_by("-until").values_list("pk", flat=True)[MOST_KEPT : MOST_KEPT + 100]
    if surplus:
        AskedSearch.objects.filter(pk__in=list(surplus)).delete()
