"""What was asked of the sandbox, for tests that count calls."""

import threading
import time
from collections import Counter, deque
from typing import Any

_KEPT = 200


def template(path: str) -> str:
    """Name the endpoint a path belongs to, as `/v1/beats/{beat_id}`."""
    match path.split("/")[2:]:
        case ["beats" | "genres" | "search" | "orders" as name]:
            return f"/v1/{name}"
        case ["beats", _]:
            return "/v1/beats/{beat_id}"
        case ["beats", _, "similar"]:
            return "/v1/beats/{beat_id}/similar"
        case ["users", _]:
            return "/v1/users/{user_id}"
        case _:
            return "(unknown)"


class Tally:
    """Counts calls under /v1 by endpoint and by key, and keeps the last 200 requests of any kind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()
        self._by_key: dict[str, Counter[str]] = {}
        self._log: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    def count(self, *, path: str, query: str, status: int, key: str | None) -> None:
        """Note an answered request; `key` is None outside /v1, status 0 stands for a connection reset."""
        with self._lock:
            self._log.append({"path": path, "query": query, "status": status, "at": time.time()})
            if key is None:
                return
            self._asked[template(path)] += 1
            counts = self._by_key.setdefault(key, Counter(asked=0, refused=0))
            counts["asked"] += 1
            counts["refused"] += status == 429

    def report(self) -> dict[str, Any]:
        """Return the counts and the log as the control side shows them."""
        with self._lock:
            return {
                "asked": dict(self._asked),
                "asked_total": sum(self._asked.values()),
                "refused": sum(counts["refused"] for counts in self._by_key.values()),
                "by_key": {key: dict(counts) for key, counts in self._by_key.items()},
                "log": list(self._log),
            }
