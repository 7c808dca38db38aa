"""A shop that can't be filled yet waits: it does not turn in circles."""

import pytest
import time_machine
from django.utils import timezone

from catalog.sync import runner
from tests.catalog.turns import turn
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [401, 503])
def test_an_empty_shop_that_can_not_be_filled_waits(api: Sandbox, status: int) -> None:
    api.limits("off")
    api.fault("status", path="/v1", status=status)
    mine = turn()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        naps = []
        for _ in range(20):
            naps.append(runner.once(mine))
            clock.shift(naps[-1])
            mine.lease.renew(mine.clock)
    assert naps.count(0) <= 1, "pruning, once"
