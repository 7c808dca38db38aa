"""What a page costs that no cache answers, by part: microseconds of this process's own work, whole middleware included.

`DATABASE_URL=… python -m tests.bench.cold_pages [--beats 10000]`, with the URL of an empty PostgreSQL database or of a
SQLite file that need not exist. The first time a page is asked for it makes its cards and filters; medians are of the
rounds after it, which alternate between all pages and a view that returns a constant.
"""

import argparse
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import django
from django.http import HttpRequest, HttpResponse

from tests.own_database import environment_with

PAGES = [
    "/",
    "/beats/",
    "/beats/?genre=2&sort=popular",
    "/beats/?bpm_min=90&bpm_max=120&key=8A",
    "/beats/?page=9",
    "/search/?q=lagos",
]
BARE = "/livez"
spent: dict[str, float] = defaultdict(float)


def part(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, its work added to a part of the page's."""

    def timed(*arguments: Any, **named: Any) -> Any:
        begun = time.process_time()
        try:
            return call(*arguments, **named)
        finally:
            spent[name] += (time.process_time() - begun) * 1e6

    return timed


def innermost(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Stand as the last middleware: what it sees is the view's work."""
    return part("view", get_response)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beats", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    asked = parser.parse_args()
    os.environ.update(environment_with(os.environ["DATABASE_URL"]), BACKGROUND_SYNC="off")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - the settings come first
    from django.db import connection  # noqa: PLC0415
    from django.template.backends.django import Template  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from catalog.pagestore import encodings  # noqa: PLC0415
    from tests.bench.catalogue import filled  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.bench.cold_pages.innermost"]
    filled(asked.beats)
    Template.render = part("template", Template.render)  # type: ignore[method-assign]
    encodings.brotli.compress = part("compression", encodings.brotli.compress)
    client = Client(headers={"accept-encoding": "br"})
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    with connection.execute_wrapper(lambda execute, *told: part("queries", execute)(*told)):
        for _ in range(asked.rounds + 1):
            for page in (BARE, *PAGES):
                spent.clear()
                whole = part("whole", client.get)(page)
                assert whole.status_code == 200, page
                found[page].append(spent.copy())
    heads = ("whole", "template", "queries", "view else", "compress", "around")
    print(f"{connection.vendor:38}" + " ".join(f"{head:>9}" for head in heads))
    for page, rounds in found.items():
        first, *others = rounds
        middle = {name: statistics.median(one.get(name, 0) for one in others) for name in first}
        get = lambda name, middle=middle: middle.get(name, 0.0)  # noqa: E731
        rest = get("view") - get("template") - get("queries")
        around = get("whole") - get("view") - get("compression")
        parts = (get("whole"), get("template"), get("queries"), rest, get("compression"), around)
        print(f"{page:38}" + " ".join(f"{number:9.0f}" for number in parts) + f"   (first time {first['whole']:.0f})")


if __name__ == "__main__":
    # The middleware's name leads to this module, not to a second one of its own.
    sys.modules["tests.bench.cold_pages"] = sys.modules["__main__"]
    main()
