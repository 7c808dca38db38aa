"""The short form of tests/bench/simulated_day.py: half an hour of the shop on a fake clock."""

import subprocess
import sys

from tests.clean_process import ROOT


def test_a_busy_half_hour_spends_an_even_pace_and_fails_no_view() -> None:
    command = [sys.executable, "-m", "tests.bench.simulated_day", "253", "--hours", "0.5", "--views", "20000"]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    row = [cell.strip() for cell in printed.splitlines()[-1].split("|")]
    beats, _views, attempts, refused, failing, worst = row[:6]
    assert beats == "253"
    assert refused == "0"
    assert failing == "0"
    # A page every 93 s, four calls for the first fill, and at most twenty an hour for visitors who wait.
    assert int(attempts) <= 20 + 4 + 20
    assert int(worst.split("/")[0]) <= 9
