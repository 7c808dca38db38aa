"""A buyer's key appears nowhere: not in a page, a log, a database, a cache or an error, however things go wrong."""

import json
import logging

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.views.debug import ExceptionReporter

from accounts import connecting
from accounts.models import User
from accounts.records import BeatConnectKey
from catalog.models.ledger import ApiCall, Budget
from tests.accounts.buyers import KEY_PAGE, ORDERS, pass_time, paste, signed_in
from tests.pages import read
from tests.sandbox import ALICE, Sandbox

# As unlike anything else as can be; what the sandbox answers to it is an order of faults.
CANARY = "bca_test_CANARY7f3kQz9wXv"
NO_BCA = "CANARY7f3kQz9wXv-without-a-prefix"
FAULTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("status", {"status": 401}),
    ("status", {"status": 403}),
    ("status", {"status": 429, "retry_after": 5}),
    ("status", {"status": 500, "html": True}),
    ("malformed", {}),
    ("truncated", {}),
    ("reset", {}),
    ("redirect", {"location": "http://127.0.0.1:9/elsewhere"}),
    ("oversized", {"gzip": True}),
)
AN_ORDER = {"id": "ord_1", "user_id": 9, "amount": 5, "status": "completed", "beat": {"id": 1, "title": "T"}}
WELL = json.dumps({"status": "success", "data": {"orders": [AN_ORDER]}})


def everything_stored() -> str:
    """Return every column of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found.append(repr(cursor.fetchall()))
    return "\n".join(found)


@pytest.mark.parametrize("key", [CANARY, NO_BCA])
def test_the_key_appears_nowhere(
    api: Sandbox,
    alice: User,
    key: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(connecting, "_count_try", lambda user: None)
    client = signed_in(alice)
    pages: list[bytes] = []
    for name, options in FAULTS:
        api.clear_faults()
        api.fault(name, path="/v1/orders", **options)
        pages.append(paste(client, key).content)
        Budget.objects.all().delete()
    api.clear_faults()
    api.fault("raw", path="/v1/orders", body=WELL)
    pages.append(paste(client, key).content)
    pages += [client.get(address, follow=True).content for address in (KEY_PAGE, ORDERS, "/orders/export.csv")]
    for name, options in FAULTS:
        api.clear_faults()
        api.fault(name, path="/v1/orders", **options)
        pass_time(alice, minutes=5)
        ApiCall.objects.all().delete()
        Budget.objects.all().delete()
        BeatConnectKey.objects.update(stopped_at=None)
        pages += [client.get(address, follow=True).content for address in (ORDERS, f"{ORDERS}?again=1", KEY_PAGE)]
    call_command("rotate_keys", verbosity=0)
    logs = capfd.readouterr()
    places = {
        "pages": b"\n".join(pages).decode(),
        "database": everything_stored(),
        "log": caplog.text + logs.out.replace("encrypted anew", "") + logs.err,
        "cache": repr(getattr(cache, "_cache", "")),
        "mail": repr([message.message() for message in mail.outbox]),
        "session": repr(dict(client.session)),
    }
    assert "ord_1" in places["pages"]
    assert "ord_1" in places["database"]
    assert "call failed" in places["log"]
    # All but the last four characters, which are shown on purpose.
    assert [place for place, text in places.items() if key[:-4] in text or "CANARY7f" in text] == []


@pytest.mark.parametrize("where", ["accounts.connecting.ask", "accounts.connecting.seal"])
def test_nor_in_the_report_of_an_error(api: Sandbox, alice: User, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*args: object, **kwargs: object) -> None:
        raise RuntimeError("something else broke")

    monkeypatch.setattr(where, breaks)
    client = signed_in(alice)
    client.raise_request_exception = False
    response = client.post(KEY_PAGE, {"do": "connect", "key": ALICE})
    assert response.status_code == 500
    assert ALICE.encode() not in response.content
    assert response.exc_info is not None
    # What would be mailed to operators: Django's own report, which shows the variables of every frame.
    reporter = ExceptionReporter(response.wsgi_request, *response.exc_info, is_email=True)
    report = reporter.get_traceback_html()
    assert "something else broke" in report
    lines = [line for line in report.splitlines() if ALICE in line]
    assert lines == []


def test_the_page_never_shows_what_was_typed_again(api: Sandbox, alice: User) -> None:
    page = read(paste(signed_in(alice), CANARY))
    (field,) = page.all("input", name="key")
    assert field["type"] == "password"
    assert field["autocomplete"] == "off"
    assert "value" not in field.attributes
