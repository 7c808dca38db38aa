"""kill -9 in the middle of a sweep: the short form of tests/bench/killed_sync.py."""

from pathlib import Path

from tests.bench.killed_sync import survive


def test_a_killed_sweep_leaves_nothing_doubled_half_or_lost(tmp_path: Path) -> None:
    survived = survive(kills=3, pages=25, folder=tmp_path)
    assert survived.beats == survived.upstream
    # One call for the genres; each kill may cost the page that was under way.
    assert survived.calls <= survived.pages + 1 + survived.kills
    assert survived.longest_lease <= 60
