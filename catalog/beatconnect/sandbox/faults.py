"""Faults on request: which are set, and which of them meet a request."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# These change how an answer is given; all that are set apply together.
MODIFIERS = frozenset({"latency", "drip_body", "drip_headers", "headers"})
# These take the answer's place; the one set first goes first.
REPLACEMENTS = frozenset({"status", "malformed", "truncated", "empty", "oversized", "reset", "redirect", "raw"})

MOST_SECONDS = 3600.0  # of a pause; longer than anybody waits


@dataclass(slots=True)
class Fault:
    """A fault on paths that begin with `path`, for `times` requests or (None) until cleared.

    With `query` only on requests that ask for just that, whatever else they ask for: {"page": "2"}.
    """

    name: str
    path: str = "/v1"
    times: int | None = None
    query: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    def meets(self, path: str, query: Mapping[str, str]) -> bool:
        """Tell whether it is one for this request."""
        return path.startswith(self.path) and all(query.get(name) == value for name, value in self.query.items())

    def seconds(self, default: float) -> float:
        """Return how long to pause; raises ValueError or TypeError."""
        seconds = float(self.options.get("seconds", default))
        if not 0 <= seconds <= MOST_SECONDS:  # nor is NaN
            msg = f"seconds must be from 0 to {MOST_SECONDS:.0f}"
            raise ValueError(msg)
        return seconds


def read(body: dict[str, Any]) -> Fault:
    """Read a fault as the control side is given it; raises ValueError."""
    options = dict(body)
    name, path, times = options.pop("fault", None), options.pop("path", "/v1"), options.pop("times", None)
    if name not in MODIFIERS | REPLACEMENTS:
        msg = f"fault must be one of {', '.join(sorted(MODIFIERS | REPLACEMENTS))}"
        raise ValueError(msg)
    if not isinstance(path, str) or not (times is None or (isinstance(times, int) and times > 0)):
        msg = "path is a text, times a positive integer"
        raise ValueError(msg)
    query = options.pop("query", {})
    if not isinstance(query, dict):
        msg = "query is an object: a parameter's name to its value"
        raise ValueError(msg)
    return Fault(name, path, times, {name: str(value) for name, value in query.items()}, options)


class Faults:
    """The faults that are set, in the order they were set."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Set a fault beside those already set."""
        with self._lock:
            self._set.append(fault)

    def clear(self) -> None:
        """Lift every fault."""
        with self._lock:
            self._set.clear()

    def take(self, path: str, query: Mapping[str, str]) -> list[Fault]:
        """Return what meets this request: every modifier, at most one replacement; each is spent by one."""
        if not self._set:
            return []
        with self._lock:
            met: list[Fault] = []
            for fault in self._set:
                replaced = any(earlier.name in REPLACEMENTS for earlier in met)
                if fault.meets(path, query) and not (replaced and fault.name in REPLACEMENTS):
                    met.append(fault)
                    if fault.times is not None:
                        fault.times -= 1
            self._set = [fault for fault in self._set if fault.times != 0]
            return met
