"""Puts load on an address with wrk, and reads what it found."""

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

# wrk's own table rounds; this prints what it knows.
SCRIPT = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\n{"rate": %f, "p50": %f, "p99": %f, "errors": %d}\\n',
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True)
class Figures:
    """Requests a second, milliseconds, and answers that failed (not 2xx or 3xx, or none)."""

    rate: float
    p50: float
    p99: float
    errors: int


def wrk(url: str, headers: dict[str, str], seconds: float, connections: int = 16) -> Figures:
    """Ask for one address over so many connections, as fast as it answers, from one thread."""
    program = shutil.which("wrk")
    if not program:
        raise SystemExit("wrk is not found: install Debian's package wrk.")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "figures.lua"
        script.write_text(SCRIPT)
        command = [
            program,
            "-t1",
            f"-c{connections}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            "10s",
            "-s",
            str(script),
        ]
        for name, value in headers.items():
            command += ["-H", f"{name}: {value}"]
        done = subprocess.run([*command, url], capture_output=True, text=True, check=True)
    figures = Figures(**json.loads(done.stdout.splitlines()[-1]))
    # Nothing answered within the time is a failure, not a very good p99.
    return figures if figures.rate else Figures(0.0, seconds * 1000, seconds * 1000, connections)


def middle(rounds: list[Figures]) -> Figures:
    """Return the median of each figure; errors are summed."""
    return Figures(
        rate=median(one.rate for one in rounds),
        p50=median(one.p50 for one in rounds),
        p99=median(one.p99 for one in rounds),
        errors=sum(one.errors for one in rounds),
    )
