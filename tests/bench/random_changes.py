"""Beats arrive and vanish at random while the real scheduler sweeps: none that is on sale may be taken off.

`python -m tests.bench.random_changes [--changes N] [--beats N]`, on a fake clock, against the real sandbox; then a
quiet time, after which the mirror must hold what the catalogue holds.
"""

import argparse
import os
import random
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.own_database import environment_with
from tests.sandbox import Sandbox


@dataclass
class Lived:
    """What so many changes came to: how often a beat on sale was gone from the mirror, and what differs at the end."""

    changes: int = 0
    false_removals: int = 0
    still_different: int = 0
    calls: int = 0


def live(shop: Sandbox, changes: int, seed: int = 11) -> Lived:
    """Change the sandbox's catalogue so often while the scheduler works; Django and a full mirror must be there."""
    import time_machine  # noqa: PLC0415 - Django has to be set up first
    from django.utils import timezone  # noqa: PLC0415

    from catalog.models.ledger import ApiCall  # noqa: PLC0415
    from catalog.models.mirror import Beat  # noqa: PLC0415
    from catalog.sync import runner  # noqa: PLC0415
    from tests.catalog.turns import turn  # noqa: PLC0415

    rng, lived, mine = random.Random(seed), Lived(), turn()
    on_sale = [beat["id"] for beat in shop.beats()]
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def go_on(seconds: float) -> None:
            clock.shift(seconds)
            mine.lease.renew(mine.clock)

        while lived.changes < changes:
            if rng.random() < 0.7:
                on_sale.append(shop.add_beat(title="Arrived", created_at=timezone.now().isoformat())["id"])
            else:
                shop.remove_beat(on_sale.pop(rng.randrange(len(on_sale))))
            lived.changes += 1
            go_on(rng.uniform(30, 600))
            runner.once(mine)
            lived.false_removals += Beat.objects.filter(id__in=on_sale).exclude(gone_at=None).exists()
        # Quiet now: what the brakes held back comes right as well.
        end = timezone.now() + timedelta(hours=2) + timedelta(seconds=10 * len(on_sale))
        while timezone.now() < end:
            go_on(max(runner.once(mine), 10))
    lived.still_different = len(set(Beat.objects.filter(gone_at=None).values_list("id", flat=True)) ^ set(on_sale))
    lived.calls = ApiCall.objects.count()
    return lived


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=1_000)
    parser.add_argument("--beats", type=int, default=253)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Sandbox(beats=asked.beats, limits="off") as shop:
        os.environ.update(environment_with(f"sqlite:///{Path(folder) / 'changes.sqlite3'}"))
        os.environ["BEATCONNECT_API_URL"] = shop.api_url
        import django  # noqa: PLC0415

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415

        from tests.conftest import sweep  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        sweep()
        lived = live(shop, asked.changes)
    print(lived)
    if lived.false_removals or lived.still_different:
        sys.exit("the mirror is not what the catalogue is")


if __name__ == "__main__":
    main()
