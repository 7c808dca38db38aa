"""A mirror that is emptied while another process waits to write: that one goes on, in an empty mirror."""

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.clean_process import ROOT
from tests.own_database import own_database

PREPARE = "import django; django.setup(); from django.db import transaction; from catalog import state; "
EMPTIES = f"""{PREPARE}
with transaction.atomic():
    state.lock_state()
    print("locked", flush=True)
    input()
    state.reset()
"""
WRITES = f"""{PREPARE}
state.read_state()
print("asking", flush=True)
with transaction.atomic():
    print(state.lock_state().upstream_total, flush=True)
"""
# For the one who asks to be seen waiting; a test that is early proves less, and fails nothing.
A_MOMENT = 0.5


def start(code: str, environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", code], env=dict(environment), cwd=ROOT, text=True, **pipes)


def line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_who_waits_to_write_while_the_mirror_is_emptied_finds_it_empty(tmp_path: Path) -> None:
    with own_database(tmp_path) as environment:
        fill = f"{PREPARE}from catalog.models.sync import SyncState; SyncState.objects.create(pk=1, upstream_total=253)"
        assert start(fill, environment).wait() == 0
        emptying = start(EMPTIES, environment)
        assert line(emptying) == "locked"
        writing = start(WRITES, environment)
        assert line(writing) == "asking"
        time.sleep(A_MOMENT)
        told, trouble = emptying.communicate("\n")
        assert emptying.returncode == 0, told + trouble
        told, trouble = writing.communicate()
        assert (writing.returncode, told.strip()) == (0, "None"), trouble
