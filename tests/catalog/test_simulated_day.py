"""The short form of tests/bench/simulated_day.py: half an hour of the shop on a fake clock, once without visitors."""

import ast
import subprocess
import sys

from tests.bench.simulated_day import Day, misses
from tests.clean_process import ROOT


def test_a_busy_half_hour_spends_an_even_pace_and_fails_no_view() -> None:
    command = [sys.executable, "-m", "tests.bench.simulated_day", "253", "--hours", "0.5", "--views", "0", "20000"]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    quiet, busy = ([cell.strip() for cell in line.split("|")] for line in printed.splitlines()[-2:])
    for beats, _views, attempts, refused, failing, worst, _age, _seen, different, _calls in (quiet, busy):
        assert (beats, refused, failing, different) == ("253", "0", "0", "0")
        # A page every 93 s, four calls for the first fill, and at most twenty an hour for visitors who wait.
        assert int(attempts) <= 20 + 4 + 20
        assert int(worst.split("/")[0]) <= 9
    without, among = (ast.literal_eval(row[-1]) for row in (quiet, busy))
    assert among.pop("visitor", 0) <= 20
    assert abs(sum(among.values()) - sum(without.values())) <= 1, "no view costs a call of the sweep's"


def test_a_day_that_misses_a_figure_is_told() -> None:
    good = Day(253, 1_000, attempts=920, sweeps=300)
    assert misses([good, Day(253, 100_000, attempts=930, sweeps=280)], 24) == []
    bad = Day(253, 100_000, attempts=991, refused=1, failing=2, different=3, sweeps=100)
    assert misses([good, bad], 24) == [
        "253 beats, 100000 views: attempts 991, at most 990",
        "253 beats, 100000 views: 429 1, at most 0",
        "253 beats, 100000 views: failing views 2, at most 0",
        "253 beats, 100000 views: different after a quiet sweep 3, at most 0",
        "253 beats, 100000 views: seconds a sweep 873, at most 570.24",
        "253 beats: calls differ with the views, [920, 991]",
    ]
