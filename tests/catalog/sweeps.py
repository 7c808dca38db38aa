"""Pages of the list that are told otherwise, and what a sweep came to, for tests of the sweep."""

import json
from datetime import datetime
from typing import Any

from catalog.gateway import site_gateway
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat
from catalog.quota.purposes import FIRST
from catalog.state import read_state
from catalog.sync import leases, sweep
from catalog.sync.turn import Turn
from tests.sandbox import Sandbox


def next_page() -> bool:
    """Fetch the sweep's next page; return whether the sweep has come to its end."""
    lease = leases.take(leases.SYNC)
    assert lease
    try:
        return sweep.fetch_page(Turn(site_gateway(), lease), FIRST)
    finally:
        lease.release()


def told(api: Sandbox, number: int, *, empty: bool = False, **pagination: Any) -> dict[str, Any]:
    """Return the fault that tells a page of the newest list otherwise; a pagination of None leaves that out."""
    answer = api.get("/v1/beats", sort="newest", limit=100, page=number).json()
    if empty:
        answer["data"]["beats"] = []
    known = answer["data"]["pagination"] | pagination
    answer["data"]["pagination"] = {name: value for name, value in known.items() if value is not None}
    return {"name": "raw", "body": json.dumps(answer), "status": 200, "content_type": "application/json"}


def break_page(api: Sandbox, number: int, *, name: str, **options: Any) -> None:
    api.fault(name, path="/v1/beats", query={"page": number}, **options)


def on_page(shop: Sandbox, number: int) -> set[int]:
    return {beat["id"] for beat in shop.beats()[(number - 1) * 100 : number * 100]}


def live_beats() -> set[int]:
    return set(Beat.objects.filter(gone_at=None).values_list("id", flat=True))


def is_whole(since: datetime) -> bool:
    state = read_state()
    return state.complete and not state.sweep_trouble and state.as_of is not None and state.as_of >= since


def swept_pages() -> set[int]:
    sweeps = ApiCall.objects.filter(path__contains="sort=newest", purpose__in=["first", "sweep"])
    return {int(path.rpartition("=")[2]) for path in sweeps.values_list("path", flat=True)}
