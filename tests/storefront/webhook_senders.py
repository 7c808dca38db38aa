"""Senders of webhooks that are processes of their own, all with the same events to deliver."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import requests

HEAD_START = 3.0  # seconds; longer than a process needs to start
Delivery = tuple[bytes, dict[str, str]]  # a body and its headers


def deliver_all(url: str, deliveries: Sequence[Delivery], start_at: float) -> list[int]:
    """Wait for the common start, deliver one after the other, and return the statuses."""
    time.sleep(max(0.0, start_at - time.time()))
    with requests.Session() as session:
        session.trust_env = False
        return [session.post(url, data=body, headers=headers, timeout=30).status_code for body, headers in deliveries]


def deliver_from_processes(url: str, deliveries: Sequence[Delivery], processes: int) -> Counter[int]:
    """Deliver everything from each of the processes at once; return how often each status came back."""
    start_at = time.time() + HEAD_START
    # Not forked: the tests' own database connections must stay with them.
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        jobs = [pool.submit(deliver_all, url, deliveries, start_at) for _ in range(processes)]
        return Counter(status for job in jobs for status in job.result())
