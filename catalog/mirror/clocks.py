"""What a clock that was ahead for a moment wrote: nothing that comes later would ever replace it."""

from datetime import datetime, timedelta

from django.db.models import Model

from catalog.models.mirror import Beat, Genre, Producer
from catalog.models.sync import SyncState
from catalog.state import lock_state

# Nodes whose clocks differ by less are well; a call may also have been sent, and kept, while another was under way.
APART = timedelta(seconds=90)
DATED: dict[type[Model], tuple[str, ...]] = {
    Beat: ("fetched_at", "similar_fetched_at", "changed_at", "gone_at"),
    Producer: ("fetched_at", "profile_fetched_at"),
    Genre: ("fetched_at",),
    SyncState: ("walked_at", "pruned_at", "genres_fetched_at"),
}


def pull_back(now: datetime) -> None:
    """Have everything that seems to come from the future be of a moment ago."""
    lock_state()
    for model, columns in DATED.items():
        for column in columns:
            ahead = model._default_manager.filter(**{f"{column}__gt": now + APART})
            ahead.update(**{column: now - timedelta(seconds=1)})
