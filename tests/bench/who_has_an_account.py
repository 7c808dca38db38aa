"""Whether the time an answer takes tells whose address is known: sign-in, sign-up and a forgotten password.

`python -m tests.bench.who_has_an_account [--tries 60]` asks as many times for a known address, an unknown one and one
that is closed, in turns so that a busy machine hits all alike, on a database and with mail of its own. The spread is
that of the medians; up to 10 % is promised.
"""

import argparse
import os
import tempfile
import time
from collections import defaultdict
from statistics import median

from tests.clean_process import environment

FORMS = {
    "/account/login/": lambda email: {"login": email, "password": "not this one, though"},
    "/account/signup/": lambda email: {"email": email, "password1": "a phrase for the bench"},
    "/account/password/reset/": lambda email: {"email": email},
}
KINDS = ["unknown", "known", "closed"]
PROMISED = 0.10
WARM_UP = 5


def measure(tries: int, paths: list[str]) -> dict[str, dict[str, float]]:
    """Return the median time in ms of each form, by what is known of the address."""
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 - the settings must stand first
    from django.core import mail  # noqa: PLC0415 - the settings must stand first
    from django.test import Client  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415

    # One hash for all: making them would take most of the time.
    password = make_password("a long pass phrase")
    took: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for path in paths:
        form = FORMS[path]
        for number in range(tries + WARM_UP):
            people = {kind: f"{kind}{number}.{path.count('/')}{path[9]}@example.com" for kind in KINDS}
            for kind in KINDS[1:]:
                User.objects.create(email=people[kind], password=password, is_active=kind != "closed").confirm_address()
            # Another order each time: none is always the one after the database has written.
            for kind in KINDS[number % 3 :] + KINDS[: number % 3]:
                begun = time.perf_counter()
                response = Client(headers={"Host": "127.0.0.1:8000"}).post(path, form(people[kind]))
                milliseconds = 1_000 * (time.perf_counter() - begun)
                assert response.status_code in {200, 302}, response.status_code
                if number >= WARM_UP:
                    took[path][kind].append(milliseconds)
            mail.outbox.clear()
    return {path: {kind: median(times) for kind, times in kinds.items()} for path, kinds in took.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tries", type=int, default=60)
    parser.add_argument("--form", choices=FORMS, action="append", help="only this one; all else")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(environment(DATABASE_URL=f"sqlite:///{folder}/shop.sqlite3", BACKGROUND_SYNC="off"))
        import django  # noqa: PLC0415

        django.setup()
        from django.conf import settings  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415
        from django.test.utils import setup_test_environment  # noqa: PLC0415

        setup_test_environment()
        settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        settings.ACCOUNT_RATE_LIMITS = False
        call_command("migrate", verbosity=0)
        found = measure(options.tries, options.form or list(FORMS))
    for path, kinds in found.items():
        spread = max(kinds.values()) / min(kinds.values()) - 1
        told = ", ".join(f"{kind} {ms:.1f}" for kind, ms in kinds.items())
        print(f"{path:28} {told} ms in the median; spread {spread:.1%}{'' if spread <= PROMISED else '  TOO MUCH'}")


if __name__ == "__main__":
    main()
