"""Eight processes on one key: the ledger is shared, exact, and never lets upstream refuse."""

from pathlib import Path

from tests.bench.hammer import WINDOWS, hammer


def test_eight_processes_never_overdraw_a_window_and_upstream_refuses_nothing(tmp_path: Path) -> None:
    result = hammer(seconds=8, processes=8, folder=tmp_path)
    assert result.refused_upstream == 0
    assert all(worst <= calls for worst, (calls, _seconds) in zip(result.worst, WINDOWS, strict=True))
    assert result.worst[0] == WINDOWS[0][0], "the quota is used, not only kept"
