"""Why a call is made, and so how much of each window it must leave to others."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Purpose:
    """A class of calls: what it leaves unused in each window, and at most how many of its own it makes there."""

    name: str
    reserve: Mapping[str, int] = field(default_factory=dict)
    cap: Mapping[str, int] = field(default_factory=dict)


_PACED = {"minute": 4, "hour": 15, "day": 60}
_EVENT = {"minute": 2, "hour": 10, "day": 40}
# A tenth of what the paced classes may spend.
_EXTRAS_CAP = {"hour": 9, "day": 93}

# P0: a visitor waits. Empty store, unknown id.
VISITOR = Purpose("visitor", cap={"minute": 5, "hour": 20, "day": 60})
# P1: a webhook says that something changed. A page serves up to a hundred events, a single one.
EVENT_PAGE = Purpose("event-page", reserve=_EVENT, cap={"day": 120})
# Half an hour's calls at the most, or a flood of events would leave the sweep, which serves them all, nothing.
EVENT_SINGLE = Purpose("event-single", reserve=_EVENT, cap={"hour": 50, "day": 300})
# P2: looking for new beats where sweeps are too rare to find them soon.
NEWEST = Purpose("newest", reserve={"minute": 3, "hour": 10, "day": 35})
# P3: the sweep, and between its pages the most played beats; paced evenly over the day.
SWEEP = Purpose("sweep", reserve=_PACED)
HOT = Purpose("hot", reserve=_PACED)
# P4: what makes pages richer but no page needs: similar beats, profiles.
EXTRAS = Purpose("extras", reserve=_PACED, cap=_EXTRAS_CAP)
# What a visitor's search may cost that finds nothing here. Not paced: it must not put the sweep off.
SEARCH = Purpose("search", reserve=_PACED, cap={"hour": 5, "day": 40})
# The first crawl: not paced, an incomplete shop is worth hurrying for.
FIRST = Purpose("first", reserve={"minute": 1, "hour": 8, "day": 150})
# A buyer's own key: nobody else spends it.
BUYER = Purpose("buyer")

PACED = (SWEEP, HOT, EXTRAS)
