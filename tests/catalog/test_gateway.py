"""The one way out: each call counted before it is sent, retried once at the most, and told in one line."""

import logging

import pytest

from catalog.beatconnect.client import Client as ApiClient
from catalog.beatconnect.errors import Unavailable
from catalog.gateway import site_gateway
from catalog.models.ledger import ApiCall
from catalog.quota.ledger import OverBudget
from catalog.quota.purposes import BUYER, SWEEP, VISITOR
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


def genres(client: ApiClient) -> object:
    return client.list_genres()


def test_a_passing_trouble_costs_one_more_counted_call(api: Sandbox) -> None:
    api.fault("status", status=503, times=1)
    assert site_gateway().call(VISITOR, "/genres", genres, may_retry=True).value
    assert list(ApiCall.objects.order_by("pk").values_list("status", flat=True)) == [503, 200]
    assert api.asked == 2


def test_a_lasting_trouble_is_retried_once_and_no_more(api: Sandbox) -> None:
    api.fault("status", status=503)
    with pytest.raises(Unavailable):
        site_gateway().call(VISITOR, "/genres", genres, may_retry=True)
    assert api.asked == ApiCall.objects.count() == 2


def test_without_leave_nothing_is_retried(api: Sandbox) -> None:
    api.fault("status", status=503)
    with pytest.raises(Unavailable):
        site_gateway().call(SWEEP, "/genres", genres)
    assert api.asked == ApiCall.objects.count() == 1


def test_a_retry_that_may_not_be_made_leaves_the_trouble_as_it_was(api: Sandbox) -> None:
    api.limits("off")
    gateway = site_gateway()
    # A visitor's calls of a minute, but one.
    for _ in range(VISITOR.cap["minute"] - 1):
        gateway.call(VISITOR, "/genres", genres)
    api.fault("status", status=503)
    before = api.asked
    with pytest.raises(Unavailable):
        gateway.call(VISITOR, "/genres", genres, may_retry=True)
    assert api.asked == before + 1
    with pytest.raises(OverBudget):
        gateway.call(VISITOR, "/genres", genres)
    assert api.asked == before + 1


def test_a_call_is_one_line_that_says_all_of_it(api: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    site_gateway().call(VISITOR, "/genres", genres)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "catalog.gateway"]
    for fact in ("event='call'", "ms=", "path='/genres'", "purpose='visitor'", "remaining=9", "status=200"):
        assert fact in line
    caplog.clear()
    api.fault("status", status=503)
    with pytest.raises(Unavailable):
        site_gateway().call(VISITOR, "/genres", genres)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "catalog.gateway"]
    for fact in ("event='call failed'", "ms=", "path='/genres'", "purpose='visitor'", "reason=", "status=503"):
        assert fact in line
    assert "remaining=8" in line


def test_what_others_spend_of_the_key_meets_no_429(api: Sandbox) -> None:
    for _ in range(4):
        api.get("/v1/genres")
    gateway = site_gateway()
    for _ in range(10 - 1 - 4):  # one is the margin
        gateway.call(BUYER, "/genres", genres)
    with pytest.raises(OverBudget):
        gateway.call(BUYER, "/genres", genres)
    assert api.stats()["refused"] == 0
