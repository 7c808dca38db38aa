"""What the running sandbox holds: its options, and everything a reset puts back."""

import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from . import buyers, catalogue, limits
from .faults import Faults
from .hooks import Hook
from .outbox import Outbox
from .shapes import Shape
from .store import Store
from .tally import Tally


@dataclass(frozen=True, slots=True)
class Options:
    """What the process was started with; `now` is UTC."""

    beats: int
    seed: int
    now: datetime
    limits: str
    shape: Shape
    control: bool
    media: Path
    hook: Hook | None
    retries: tuple[float, ...]


class State:
    """One sandbox; each part guards itself, and a reset swaps them all."""

    store: Store
    orders: dict[str, list[dict[str, Any]]]
    limits: limits.Limits
    faults: Faults
    tally: Tally
    shape: Shape
    hook: Hook | None

    def __init__(self, options: Options) -> None:
        self.options = options
        self.outbox = Outbox(options.retries)
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Put everything back as it was at the start."""
        with self._lock:
            options = self.options
            made = catalogue.build(seed=options.seed, beats=options.beats, now=options.now)
            self.orders = buyers.orders(options.seed, made.beats, options.now)
            self.store = Store(made)
            self.limits = limits.Limits(limits.parse(options.limits))
            self.faults = Faults()
            self.tally = Tally()
            self.shape = options.shape
            self.hook = options.hook
            self.outbox.clear(options.retries)


_running: list[State] = []


def start(options: Options) -> State:
    """Begin a sandbox for this process."""
    _running[:] = [State(options)]
    return _running[0]


def current() -> State:
    """Return the sandbox this process runs."""
    return _running[0]
