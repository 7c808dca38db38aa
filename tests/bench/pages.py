"""How fast pages are, beside what the machine and the framework can do: `make bench`.

`python -m tests.bench.pages [--rounds 5] [--seconds 4] [--only hot] [--gunicorn PROGRAM]` starts every contender on
loopback, one worker each, on one database of 253 beats, and lets wrk (`-t1 -c16`) ask them in turn, round by round, so
that what else the machine does meets all of them. Medians; all figures also go to `var/bench/pages.json`.
"""

import argparse
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.contenders import contenders
from tests.bench.load import Figures, middle, wrk
from tests.clean_process import ROOT

Table = dict[str, Figures]
HOT = ("hot list", "hot beat page", "hot fragment")
# What is wanted, how it is told from the table, and from when on it is there.
WANTED: tuple[tuple[str, Callable[[Table], float], float], ...] = (
    ("hot list ÷ bare view", lambda t: t["hot list"].rate / t["bare Django view"].rate, 4.5),
    ("hot list ÷ nginx static", lambda t: t["hot list"].rate / t["nginx static file"].rate, 0.60),
    ("cold list ÷ bare view", lambda t: t["cold list"].rate / t["bare Django view"].rate, 0.25),
    ("cold filtered list ÷ bare view", lambda t: t["cold filtered list"].rate / t["bare Django view"].rate, 0.25),
    ("signed-in list ÷ bare view", lambda t: t["signed-in list"].rate / t["bare Django view"].rate, 0.20),
    ("304 ÷ hot list", lambda t: t["304"].rate / t["hot list"].rate, 1.0),
)
SLOWEST = 5.0  # ms, p99 of hot pages


def measure(rounds: int, seconds: float, only: str, gunicorn: str) -> Table:
    with tempfile.TemporaryDirectory() as folder, contenders(Path(folder), gunicorn) as all_:
        chosen = [contender for contender in all_ if only in contender.name]
        for contender in chosen:
            wrk(contender.url, contender.headers, 1)  # so that nobody's first requests count
        results: dict[str, list[Figures]] = {contender.name: [] for contender in chosen}
        for _ in range(rounds):
            for contender in chosen:
                results[contender.name].append(wrk(contender.url, contender.headers, seconds))
    return {name: middle(figures) for name, figures in results.items()}


def machine() -> str:
    """Say where this was measured; the load tells of others' work."""
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    )


def report(table: Table) -> list[str]:
    lines = [f"{'':28}{'req/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'errors':>8}"]
    lines += [f"{name:28}{f.rate:10,.0f}{f.p50:9.2f}{f.p99:9.2f}{f.errors:8}" for name, f in table.items()]
    lines.append("")
    for name, ratio, wanted in WANTED:
        try:
            found = ratio(table)
        except (KeyError, ZeroDivisionError):
            continue
        lines.append(f"{name:34}{found:7.2f}   wanted ≥ {wanted:.2f}   {_yes(found >= wanted)}")
    for name in HOT:
        if name in table:
            worst = table[name].p99
            lines.append(f"{name + ', p99 ms':34}{worst:7.2f}   wanted ≤ {SLOWEST:.2f}   {_yes(worst <= SLOWEST)}")
    errors = sum(figures.errors for figures in table.values())
    lines.append(f"{'errors':34}{errors:7}   wanted 0        {_yes(not errors)}")
    return lines


def _yes(there: bool) -> str:
    return "yes" if there else "NO"


def keep(name: str, table: Table, where: str) -> Path:
    """Write the figures beside the databases, which git doesn't keep either."""
    file = ROOT / "var" / "bench" / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    figures = {contender: asdict(found) for contender, found in table.items()}
    file.write_text(json.dumps({"machine": where, "contenders": figures}, indent=1))
    return file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--only", default="", help="part of a contender's name")
    parser.add_argument("--gunicorn", default=shutil.which("gunicorn") or "", help="a gunicorn to compare with")
    given = parser.parse_args()
    before = machine()
    table = measure(given.rounds, given.seconds, given.only, given.gunicorn)
    print(f"{before}; wrk -t1 -c16, {given.rounds} rounds of {given.seconds:.0f} s, medians")
    print("\n".join(report(table)))
    print(f"\n{keep('pages', table, before).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
