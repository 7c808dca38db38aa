"""Taps and sign-ins that come at once, in several processes: nothing twice, nothing lost, nothing broken."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.sandbox import Sandbox
from tests.storefront.real_server import Shop, real_server

WORKERS, TAPS = 2, 8
LIST = "/favourites/"


@pytest.fixture
def shop(sandbox: Sandbox, tmp_path: Path) -> Iterator[Shop]:
    # On SQLite, or on PostgreSQL where DATABASE_URL names one: CI runs both.
    with real_server(sandbox, tmp_path, WORKERS) as running:
        yield running


def test_taps_that_come_at_once_keep_a_beat_once(shop: Shop) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}

    def tap(beat: int, cookies: dict[str, str]) -> requests.Response:
        return requests.post(
            f"{shop.origin}{LIST}{beat}/",
            {"keep": 1},
            headers=headers,
            cookies=cookies,
            timeout=30,
            allow_redirects=False,
        )

    # Brings the newest hundred beats.
    assert requests.get(f"{shop.origin}/beats/", timeout=30).status_code == 200
    cookies = requests.utils.dict_from_cookiejar(tap(251, {}).cookies)
    with ThreadPoolExecutor(TAPS) as taps:
        answers = list(taps.map(lambda number: tap(252 + number % 2, cookies), range(TAPS)))
    assert {answer.status_code for answer in answers} == {303}
    kept = requests.get(f"{shop.origin}{LIST}export.json", cookies=cookies, timeout=30).json()["favourites"]
    assert sorted(favourite["beat_id"] for favourite in kept) == [251, 252, 253]
