"""Senders of webhooks that are processes of their own, all with the same events to deliver."""

import multiprocessing
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier

import requests

LONGEST_START = 60  # seconds; far above what a process needs
Delivery = tuple[bytes, dict[str, str]]  # a body and its headers

_start: Barrier | None = None


def _begin_at(start: Barrier) -> None:
    global _start  # noqa: PLW0603 - a pool's processes are given things before their jobs in no other way
    _start = start


def deliver_all(url: str, deliveries: Sequence[Delivery]) -> list[int]:
    """Wait until all are there, deliver one after the other, and return the statuses."""
    assert _start
    _start.wait(LONGEST_START)
    with requests.Session() as session:
        session.trust_env = False
        return [session.post(url, data=body, headers=headers, timeout=30).status_code for body, headers in deliveries]


def deliver_from_processes(url: str, deliveries: Sequence[Delivery], processes: int) -> Counter[int]:
    """Deliver everything from each of the processes at once; return how often each status came back."""
    # Not forked: the tests' own database connections must stay with them.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _begin_at, (context.Barrier(processes),)) as pool:
        jobs = [pool.submit(deliver_all, url, deliveries) for _ in range(processes)]
        return Counter(status for job in jobs for status in job.result())
