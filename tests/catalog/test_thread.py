"""The scheduler outlives whatever trouble it meets: a real thread, in a process and on a database of its own."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import IO

import pytest

from tests.clean_process import ROOT
from tests.own_database import own_database
from tests.sandbox import Sandbox

PATIENCE = 60  # seconds
STUMBLED = "the scheduler stumbled and goes on"
# The pauses are shortened, from 10 s at first, or the test would be mostly pause.
SCHEDULER = """
import django
django.setup()
from catalog.sync import thread
assert (thread.FIRST_PAUSE, thread.LONGEST_PAUSE) == (10, 600)
thread.FIRST_PAUSE = 0.125
thread.ensure_started()
input()
"""
RENAME = "from django.db import connection; connection.cursor().execute('ALTER TABLE {} RENAME TO {}')"


class Log:
    """What a process writes, line by line."""

    def __init__(self, stream: IO[str]) -> None:
        self._lines: Queue[str] = Queue()
        # A thread of its own, since a pipe can't be read with a deadline.
        threading.Thread(target=lambda: [self._lines.put(line) for line in stream], daemon=True).start()

    def until(self, *words: str) -> list[str]:
        """Return the lines up to the one that holds all these words."""
        lines: list[str] = []
        while not (lines and all(word in lines[-1] for word in words)):
            try:
                lines.append(self._lines.get(timeout=PATIENCE))
            except Empty:
                pytest.fail(f"{words} never came after {lines}")
        return lines


@contextmanager
def scheduler(environment: dict[str, str]) -> Iterator[Log]:
    """Run the scheduler's thread in a process that does nothing else."""
    command = [sys.executable, "-c", SCHEDULER]
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        try:
            yield Log(process.stderr)
        finally:
            process.kill()


def rename(environment: dict[str, str], table: str, name: str) -> None:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", RENAME.format(table, name)]
    subprocess.run(command, env=environment, cwd=ROOT, check=True)


@pytest.fixture
def environment(tmp_path: Path, sandbox: Sandbox) -> Iterator[dict[str, str]]:
    with own_database(tmp_path) as own:
        yield {**own, "BEATCONNECT_API_URL": sandbox.api_url, "BACKGROUND_SYNC": "on"}


def test_a_scheduler_that_stumbles_goes_on_by_itself_and_tells_its_trouble_once(
    environment: dict[str, str], sandbox: Sandbox
) -> None:
    rename(environment, "catalog_syncstate", "elsewhere")
    with scheduler(environment) as log:
        lines = log.until(STUMBLED, "seconds=1.0")
        assert re.findall(r"seconds=([0-9.]+)", "".join(lines)) == ["0.125", "0.25", "0.5", "1.0"]
        told, story = (
            [number for number, line in enumerate(lines) if words in line] for words in (STUMBLED, "Traceback")
        )
        assert told[0] <= story[0] <= story[-1] < told[1]
        assert sandbox.asked == 0
        rename(environment, "elsewhere", "catalog_syncstate")
        log.until("call", "/beats")
