"""The log: one line an event, and no key in any of them, whatever goes wrong."""

import io
import logging
import logging.config
import time
import traceback
from collections.abc import Callable, Iterator

import pytest
import structlog
from django.apps import apps
from django.conf import settings as configured
from django.core.cache import cache
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import fixtures

from catalog.beatconnect.errors import BeatConnectError
from catalog.gateway import site_gateway
from catalog.models.ledger import ApiCall
from catalog.quota.ledger import OverBudget
from catalog.quota.purposes import FIRST
from catalog.sync.sweep import ask
from storefront.logs import RedactingFormatter
from tests.accounts import people
from tests.conftest import sweep
from tests.sandbox import Sandbox
from tests.webhooks import body_of, deliver, signed

CANARY = "bca_live_CANARY0123456789"
WEBHOOK_CANARY = "whsec_CANARY_webhooks"
SECRETS = [CANARY, "bca_test_CANARY", "whsec_CANARY+/=abc", "bca_live_CANARY.with~more-of_it"]
FAULTS = {
    **{str(status): ("status", {"status": status}) for status in (400, 401, 403, 404, 429, 500, 503)},
    "html": ("status", {"status": 502, "html": True}),
    "echo": ("raw", {"body": f'{{"error": {{"message": "{CANARY}"}}}}', "status": 401}),
    "redirect": ("redirect", {"location": f"http://127.0.0.1:9/?key={CANARY}"}),
    **{name: (name, {}) for name in ("malformed", "truncated", "empty", "oversized", "reset")},
    "latency": ("latency", {"seconds": 2.7, "times": 1}),
    "headers": ("headers", {"headers": {"Retry-After": CANARY, "X-RateLimit-Remaining": CANARY, "Date": CANARY}}),
}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the configured log writes, formatter and levels as in production."""
    config = {**configured.LOGGING, "handlers": {"console": {**configured.LOGGING["handlers"]["console"]}}}
    stream = io.StringIO()
    config["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(config)
    yield stream
    logging.config.dictConfig(configured.LOGGING)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_blotted_out_of_messages_arguments_and_traces(written: io.StringIO, secret: str) -> None:
    log = logging.getLogger("any")
    log.warning("key %s, in a list %r, in an address /?k=%s&x=1", secret, [secret], secret)
    log.warning("as repr writes it: %r, as a URL does: Bearer%%20%s", f"line\n{secret}", secret)
    try:
        raise ValueError(f"no such key: {secret}")
    except ValueError:
        log.exception("failed")
    structlog.get_logger("any").warning("event", key=secret, nested={"header": f"Bearer {secret}"})
    text = written.getvalue()
    assert "CANARY" not in text
    assert text.count("***") == 8
    assert "Traceback" in text
    assert "ValueError: no such key: " in text


@pytest.mark.parametrize("secret", ["sk.CANARY:of/another form", "CANARY-0123456789"])
def test_the_shop_s_own_secrets_are_blotted_out_whatever_their_form(
    written: io.StringIO, settings: fixtures.Settings, secret: str
) -> None:
    settings.BEATCONNECT_API_KEY = secret
    settings.BEATCONNECT_WEBHOOK_SECRETS = [f"{secret}-new", ""]
    logging.getLogger("any").warning("Bearer %s, then %s-new", secret, secret)
    assert written.getvalue().endswith("Bearer ***, then ***\n")


@given(before=st.text(max_size=8), after=st.text(st.characters(categories=["Z", "C"]), min_size=1, max_size=4))
def test_a_secret_is_blotted_out_whatever_stands_around_it(before: str, after: str) -> None:
    record = logging.LogRecord("any", logging.INFO, "", 0, "%s", (f"{before}{CANARY}{after}",), None)
    assert "CANARY" not in RedactingFormatter().format(record)


def test_the_rest_of_a_line_stays_readable() -> None:
    record = logging.LogRecord("any", logging.INFO, "", 0, "call to /beats, %d of 'bca' keys", (3,), None)
    assert RedactingFormatter().format(record) == "call to /beats, 3 of 'bca' keys"


def test_an_event_is_one_line_with_its_facts(written: io.StringIO) -> None:
    structlog.get_logger("catalog.any").info("call", ms=12, path="/beats\nforged line")
    line = written.getvalue()
    assert line.count("\n") == 1
    assert line.endswith("INFO catalog.any event='call' ms=12 path='/beats\\nforged line'\n")


def wait_for(happened: Callable[[], bool]) -> None:
    """Wait for what a slow sandbox does after its caller has given up, or the next test would meet it."""
    give_up = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def everything_cached() -> list[bytes]:
    """Return all that the cache holds, in memory or in Redis."""
    if hasattr(cache, "_cache") and isinstance(cache._cache, dict):
        return list(cache._cache.values())
    store = cache._cache.get_client()
    return [store.dump(key) or b"" for key in store.keys(f"{cache.key_prefix}*")]


def everything_stored() -> str:
    """Return every row of every table, as text."""
    return "\n".join(str(list(model._default_manager.values())) for model in apps.get_models())


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS)
def test_the_key_is_told_to_beatconnect_and_to_nobody_else(
    client: Client,
    api: Sandbox,
    settings: fixtures.Settings,
    caplog: pytest.LogCaptureFixture,
    written: io.StringIO,
    fault: str,
) -> None:
    settings.BEATCONNECT_API_KEY = CANARY
    settings.BEATCONNECT_WEBHOOK_SECRETS = [WEBHOOK_CANARY]
    staff = Client()
    staff.force_login(people.operator())
    caplog.set_level(logging.DEBUG)
    name, options = FAULTS[fault]
    api.fault(name, **options)
    pages = [client.get(path).content.decode() for path in ("/", "/readyz")]
    with pytest.raises((BeatConnectError, OverBudget)) as refused:
        site_gateway().call(FIRST, "/beats", lambda client: ask(client, 1, 1.0))
    pages += [staff.get(path).content.decode() for path in ("/status/", "/status.json")]
    event = body_of("beat.updated", {"id": 1})
    answers = [deliver(client, event, signed(event, secret)) for secret in (WEBHOOK_CANARY, "whsec_another")]
    assert [answer.status_code for answer in answers] == [200, 401]
    pages += [answer.content.decode() for answer in answers]
    trace = "".join(traceback.format_exception(refused.value))
    told = [*pages, repr(refused.value), trace, everything_stored(), str(everything_cached()), written.getvalue()]
    # Not even before the formatter blots it out.
    told += [caplog.text, *(repr(record.__dict__) for record in caplog.records)]
    wait_for(lambda: api.asked >= ApiCall.objects.count() >= 1)
    assert [text for text in told if "CANARY" in text] == []


@pytest.mark.django_db
def test_a_shop_that_works_stores_no_key_either(client: Client, api: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    sweep()
    pages = [client.get(path).content.decode() for path in ("/", "/beats/", "/beats/1/", "/genres/", "/producers/")]
    for text in [*pages, everything_stored(), caplog.text]:
        assert "bca_test_shop" not in text
