"""Eight processes on one key: the ledger is shared, exact, and never lets upstream refuse."""

from pathlib import Path

from tests.bench.hammer import hammer

# So short that each of them is what binds for a while: ten at once, twenty after a second, forty in all.
WINDOWS = ((10, 1), (20, 3), (40, 30))


def test_eight_processes_fill_each_window_and_overdraw_none(tmp_path: Path) -> None:
    result = hammer(seconds=8, processes=8, folder=tmp_path, windows=WINDOWS)
    assert result.refused_upstream == 0
    for worst, (calls, _seconds) in zip(result.worst, WINDOWS, strict=True):
        # A call that is under way when the window ends may leave its place empty for a moment.
        assert calls - 2 <= worst <= calls
