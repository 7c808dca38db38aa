"""kill -9 in the middle of a sweep: the short form of tests/bench/killed_sync.py."""

from pathlib import Path

from tests.bench.killed_sync import survive


def test_a_killed_sweep_leaves_nothing_doubled_half_or_lost(tmp_path: Path) -> None:
    survived = survive(kills=3, pages=25, folder=tmp_path)
    assert survived.kills == 3
    assert survived.unharmed, survived
    assert survived.calls >= survived.pages + 1, "one for the genres"
    assert survived.longest_lease > 0
