"""The scheduler inside a web worker: a daemon thread, started by the worker's first request.

Not when the app loads: a server loads it in processes that never serve, and management commands load it too.
"""

import os
import threading
import time

import structlog
from django.conf import settings
from django.db import close_old_connections

from catalog.gateway import NoKey, site_gateway
from catalog.state import WrongSource, check_source, read_state
from catalog.sync import runner

log = structlog.get_logger("catalog.sync")

# Seconds until a scheduler that stumbled goes on; each time it stumbles again at once, twice as long. One that ran for
# longer than the longest pause has recovered.
FIRST_PAUSE, LONGEST_PAUSE = 10.0, 600.0

_lock = threading.Lock()
_started_in: int | None = None


def ensure_started() -> None:
    """Start this process's scheduler, unless it runs, or another process is meant to do it."""
    global _started_in  # noqa: PLW0603 - one thread a process; a fork has to start its own
    if _started_in == os.getpid() or not settings.BACKGROUND_SYNC:
        return
    with _lock:
        if _started_in != os.getpid():
            threading.Thread(target=_keep_fresh, name="catalog-sync", daemon=True).start()
            _started_in = os.getpid()


def _keep_fresh() -> None:
    pause, trouble = 0.0, ""
    while True:
        begun = time.monotonic()
        try:
            check_source(read_state())
            runner.run(site_gateway(), wait=threading.Event().wait)
        except (NoKey, WrongSource) as error:
            log.error("the mirror is not kept fresh", reason=str(error))
            pause, trouble = LONGEST_PAUSE, ""  # a person has to act
        except Exception as error:  # noqa: BLE001 - told below, in full where it is new
            # Whatever it was, a shop without a scheduler would grow old in silence.
            known, trouble = trouble, type(error).__name__
            if not known or time.monotonic() - begun > LONGEST_PAUSE:
                pause, known = FIRST_PAUSE, ""
            else:
                pause = min(2 * pause, LONGEST_PAUSE)
            # The whole story once; a trouble that lasts would else fill the log with it.
            tell = log.error if known == trouble else log.exception
            tell("the scheduler stumbled and goes on", error=trouble, seconds=pause)
        close_old_connections()
        time.sleep(pause)
