"""Looks for new beats where whole sweeps are too rare to find them soon.

It walks from page 1 until it has passed the watermark, the beat at which the last uninterrupted walk began; not until a
known beat, which a webhook or a visitor may have brought before the ones below it.
"""

from catalog import state
from catalog.beatconnect.errors import BeatConnectError
from catalog.beatconnect.models import BeatPage
from catalog.beatconnect.transport import BACKGROUND_DEADLINE
from catalog.gateway import Fetched
from catalog.mirror.beats import apply_beats
from catalog.mirror.removal import Place, remove_missing
from catalog.models.sync import SyncState
from catalog.quota.purposes import Purpose
from catalog.sync import sweep
from catalog.sync.turn import Turn

# A walk longer than this has lost its watermark; the sweep finds what it misses.
LONGEST_WALK = 20


def walk(turn: Turn, purpose: Purpose) -> None:
    """Fetch the walk's next page and keep it; where that fails the next walk begins anew, and nothing waits for it."""
    page = state.read_state().walk_page + 1
    try:
        fetched = turn.call(purpose, sweep.path_of(page), lambda client: sweep.ask(client, page, BACKGROUND_DEADLINE))
        with turn.writing():
            _keep(page, fetched)
    except BeatConnectError:
        SyncState.objects.filter(pk=state.STATE_ID).update(walk_page=0, walked_at=turn.clock())
        raise


def _keep(page: int, fetched: Fetched[BeatPage]) -> None:
    answer = fetched.value
    now = state.lock_state()
    apply_beats(answer, fetched.sent_at)
    places = [(beat.created_at, beat.id) for beat in answer.beats if beat.created_at]
    if page == 1:
        now.walk_top_created_at, now.walk_top_id = places[0] if places else (None, None)
    # After page 1 the list may have shifted: only what lies within this answer is certain.
    after = None if page == 1 else (places[0][0] if places else None)
    if places:
        remove_missing(answer, fetched.sent_at, after=after, to_the_end=False)
    over = not places or _passed_watermark(now, places[-1]) or answer.last_page == page or page >= LONGEST_WALK
    now.walk_page = 0 if over else page
    if over:
        now.walked_at = fetched.sent_at
        now.watermark_created_at, now.watermark_id = now.walk_top_created_at, now.walk_top_id
    state.keep_state(now)


def _passed_watermark(now: SyncState, last: Place) -> bool:
    # The first walk ever has nothing to reach: the sweep has just been there.
    if now.watermark_created_at is None or now.watermark_id is None:
        return True
    return last <= (now.watermark_created_at, now.watermark_id)
