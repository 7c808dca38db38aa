"""Keeps the most played beats fresher than a long sweep can: their pages are read again between the sweep's."""

from catalog import state
from catalog.mirror.beats import apply_beats
from catalog.quota import purposes
from catalog.sync.sweep import LIMIT
from catalog.sync.turn import Turn

# Up to FEW beats a sweep takes minutes and is enough; up to MANY one tier of popular pages, beyond that two.
FEW, MANY = 800, 15_000
HOT_PAGES, WARM_PAGES = 10, 90
# Which of the paced slots, of SLOTS, go to popular pages: a quarter for one tier, 15 % each for two.
SLOTS = 20
ONE_TIER = frozenset({3, 7, 11, 15, 19})
TWO_TIERS_HOT, TWO_TIERS_WARM = frozenset({6, 12, 19}), frozenset({2, 9, 16})


def tier(slot: int, beats: int) -> str:
    """Return which tier a paced slot belongs to in a catalogue of so many beats: "hot", "warm" or "" for the sweep."""
    at = slot % SLOTS
    if beats <= FEW:
        return ""
    if beats <= MANY:
        return "hot" if at in ONE_TIER else ""
    if at in TWO_TIERS_HOT:
        return "hot"
    return "warm" if at in TWO_TIERS_WARM else ""


def fetch(turn: Turn, which: str) -> None:
    """Fetch the next popular page of a tier and keep it."""
    now = state.read_state()
    page = now.hot_page % HOT_PAGES + 1 if which == "hot" else HOT_PAGES + now.warm_page % WARM_PAGES + 1
    with turn.using_up(f"{which}_page"):
        fetched = turn.call(
            purposes.HOT,
            f"/beats?sort=popular&page={page}",
            lambda client: client.list_beats(sort="popular", limit=LIMIT, page=page),
        )
        with turn.writing():
            apply_beats(fetched.value, fetched.sent_at)
