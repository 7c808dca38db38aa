"""The short form of tests/bench/webhook_to_page.py."""

from pathlib import Path

from tests.bench.webhook_to_page import delays


def test_a_price_that_changes_at_beatconnect_changes_on_the_page_by_itself(tmp_path: Path) -> None:
    assert len(delays(2, tmp_path)) == 2
