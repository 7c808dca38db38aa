"""A day of the shop on a fake clock: the real ledger, scheduler, mirror and service, and visitors who never stop.

`python -m tests.bench.simulated_day [beats …] [--views N …] [--hours H]` prints the table of the README's section "How
it lives on 1,000 calls a day". A fresh SQLite file each time; a full day at 10,000 beats takes some minutes. With
`--check` it ends in an error where a figure misses its bound; of more than one number of views the calls must be alike.
No webhook arrives: that the mirror is BeatConnect's at the end is the sweep's doing alone.
"""

import argparse
import logging
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from typing import Any

START = datetime(2026, 3, 1, tzinfo=UTC)
BOTS = 0.3
# Of the visitors' views, so many ask for an id that nobody has heard of: mistyped, guessed, or newer than the mirror.
UNKNOWN_IDS = 0.005
CHANGES_A_DAY, ARRIVALS_A_DAY, REMOVALS_A_DAY = 200, 20, 5
# What --check demands: calls a day, how far they may differ between numbers of views, and how long a sweep may take, in
# parts of the time that its pages would take if all of a day's calls were theirs.
MOST_ATTEMPTS, MOST_SPREAD, LONGEST_SWEEP = 990, 0.02, 2.2


@dataclass
class Day:
    """What a simulated day came to."""

    beats: int
    views: int
    attempts: int = 0
    refused: int = 0
    failing: int = 0
    worst_minute: int = 0
    worst_hour: int = 0
    age_p50: float = 0.0
    age_p95: float = 0.0
    change_p95: float = 0.0
    sweeps: int = 0
    different: int = 0
    by_purpose: dict[str, int] | None = None


def simulate(beats: int, views: int, hours: float) -> Day:
    """Live through `hours` after the first fill; ages (of the beats viewed) and delays are in minutes."""
    import time_machine  # noqa: PLC0415 - Django has to be set up first
    from django.utils import timezone  # noqa: PLC0415

    from catalog.models.ledger import ApiCall  # noqa: PLC0415
    from catalog.models.mirror import Beat  # noqa: PLC0415
    from catalog.service.store import EmptyStore, NotThere  # noqa: PLC0415
    from catalog.state import read_state  # noqa: PLC0415
    from catalog.sync import leases, runner  # noqa: PLC0415
    from catalog.sync.turn import Turn  # noqa: PLC0415
    from tests.bench.simulated_shop import open_shop  # noqa: PLC0415

    rng = random.Random(7)
    day = Day(beats, views)
    with time_machine.travel(START, tick=False) as clock:
        api, gateway = open_shop(beats)
        lease = leases.take(leases.SYNC)
        assert lease
        turn = Turn(gateway, lease)
        while not read_state().complete:
            clock.shift(max(runner.once(turn), 0.1))
        begin, sweeps_before, ages, delays = timezone.now(), set(), [], []
        waiting: dict[int, tuple[datetime, Any]] = {}
        end = begin + timedelta(hours=hours)
        per_second = views / 86_400
        seen = 0.0
        while (now := timezone.now()) < end:
            nap = runner.once(turn)
            step = max(min(nap, 10.0), 0.1)
            clock.shift(step)
            seen += step * per_second
            while seen >= 1:
                seen -= 1
                try:
                    ages += [(now - moment).total_seconds() / 60 for moment in _view(rng, beats)]
                except (NotThere, EmptyStore):
                    day.failing += 1
            if rng.random() < CHANGES_A_DAY * step / 86_400:
                pk = api.change(now)
                waiting[pk] = (now, api.beats[pk].price)
            if rng.random() < ARRIVALS_A_DAY * step / 86_400:
                api.add(now)
            if rng.random() < REMOVALS_A_DAY * step / 86_400:
                waiting.pop(api.remove(), None)
            if waiting:
                delays += _seen(Beat, timezone.now(), waiting)
            sweeps_before.add(read_state().as_of)
        day.attempts = sum(moment >= end - timedelta(days=1) for moment in api.sent) + api.refused
        day.refused, day.sweeps = api.refused, len(sweeps_before)
        day.worst_minute, day.worst_hour = _worst(api.sent, 60), _worst(api.sent, 3_600)
        day.age_p50, day.age_p95 = _quantiles(ages)
        day.change_p95 = _quantiles(delays)[1]
        names = ApiCall.objects.filter(sent_at__gte=begin).values_list("purpose", flat=True)
        day.by_purpose = {name: list(names).count(name) for name in sorted(set(names))}
        day.different = _converge(turn, clock, api)
    return day


def _converge(turn: Any, clock: Any, api: Any) -> int:
    """Let one whole sweep pass in which nothing changes; return how many beats are still others than the API's."""
    from django.utils import timezone  # noqa: PLC0415

    from catalog.models.mirror import Beat  # noqa: PLC0415
    from catalog.state import read_state  # noqa: PLC0415
    from catalog.sync import runner  # noqa: PLC0415

    quiet, give_up = timezone.now(), timezone.now() + timedelta(days=2)
    while read_state().as_of < quiet and timezone.now() < give_up:
        clock.shift(max(min(runner.once(turn), 10.0), 0.1))
    held = set(Beat.objects.filter(gone_at=None).values_list("pk", "price"))
    return len(held ^ {(beat.id, beat.price) for beat in api.beats.values()})


def _view(rng: random.Random, beats: int) -> list[datetime]:
    """Look at a beat's page; return when what it shows was fetched, nothing for an honest "no such beat"."""
    from catalog.service.beats import beat  # noqa: PLC0415
    from catalog.service.store import NotThere  # noqa: PLC0415

    bot = rng.random() < BOTS
    pk = int(beats ** rng.random()) or 1  # the popular ones most
    if rng.random() < UNKNOWN_IDS:
        pk = beats + rng.randint(1, 10_000)
    try:
        return [beat(pk, may_ask=not bot).beat.fetched_at]
    except NotThere as missing:
        if not missing.complete:
            raise
        return []


def _seen(model: Any, now: datetime, waiting: dict[int, Any]) -> list[float]:
    prices = dict(model.objects.filter(pk__in=list(waiting)).values_list("pk", "price"))
    there = [pk for pk, (_since, price) in waiting.items() if prices.get(pk) == price]
    return [(now - waiting.pop(pk)[0]).total_seconds() / 60 for pk in there]


def _worst(moments: list[datetime], seconds: float) -> int:
    window, start, worst = timedelta(seconds=seconds), 0, 0
    for index, moment in enumerate(moments):
        while moments[start] <= moment - window:
            start += 1
        worst = max(worst, index - start + 1)
    return worst


def _quantiles(values: list[float]) -> tuple[float, float]:
    if len(values) < 2:
        return (values or [0.0])[0], (values or [0.0])[0]
    cuts = statistics.quantiles(values, n=20)
    return cuts[9], cuts[18]


def misses(days: Sequence[Day], hours: float) -> list[str]:
    """Say which figures of days with as many beats miss their bounds."""
    found = []
    for day in days:
        sweep = hours * 3_600 / max(1, day.sweeps - 1)
        bounds = {
            "attempts": (day.attempts, MOST_ATTEMPTS),
            "429": (day.refused, 0),
            "failing views": (day.failing, 0),
            "different after a quiet sweep": (day.different, 0),
            "seconds a sweep": (round(sweep), LONGEST_SWEEP * 86.4 * ceil(day.beats / 100)),
        }
        found += [
            f"{day.beats} beats, {day.views} views: {name} {figure}, at most {bound:g}"
            for name, (figure, bound) in bounds.items()
            if figure > bound
        ]
    attempts = [day.attempts for day in days]
    if max(attempts) - min(attempts) > MOST_SPREAD * max(attempts):
        found.append(f"{days[0].beats} beats: calls differ with the views, {attempts}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("beats", type=int, nargs="*", default=[253, 2_000, 10_000])
    parser.add_argument("--views", type=int, nargs="+", default=[100_000])
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--check", action="store_true", help="end in an error where a figure misses its bound")
    asked = parser.parse_args()
    print(
        "beats | views | attempts | 429 | failing | min/h worst | age viewed p50/p95 min | change seen p95 min | "
        "different after a quiet sweep | calls"
    )
    missed = []
    # A process a day: each opens a database of its own.
    with get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        for beats in asked.beats:
            days = [pool.apply(simulate_alone, (beats, views, asked.hours)) for views in asked.views]
            for day in days:
                _report(day)
            missed += misses(days, asked.hours)
    if asked.check and missed:
        sys.exit("\n".join(missed))


def simulate_alone(beats: int, views: int, hours: float) -> Day:
    """Simulate in this process, which has not set up Django yet."""
    import django  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(_environment(Path(folder)))
        django.setup()
        logging.disable(logging.WARNING)
        call_command("migrate", verbosity=0)
        return simulate(beats, views, hours)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "storefront.settings",
        "ENV_FILE": "",
        "SECRET_KEY": "x" * 60,
        "DATABASE_URL": f"sqlite:///{folder / 'day.sqlite3'}",
        "BEATCONNECT_API_URL": "http://127.0.0.1:9/v1",
        "BEATCONNECT_API_KEY": "bca_test_simulated",
    }


def _report(day: Day) -> None:
    print(
        f"{day.beats} | {day.views} | {day.attempts} | {day.refused} | {day.failing} | "
        f"{day.worst_minute}/{day.worst_hour} | {day.age_p50:.1f}/{day.age_p95:.1f} | {day.change_p95:.1f} | "
        f"{day.different} | {day.by_purpose}",
        flush=True,
    )


if __name__ == "__main__":
    main()
