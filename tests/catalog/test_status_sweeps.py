"""The operators' page says why the last sweep was not whole, until one is."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.accounts import people
from tests.conftest import sweep_later
from tests.html import Elements
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

EMPTIED = ("act", "BeatConnect shows no beats at all: the shop keeps those it had, as they were.")
HOLES = ("wait", "Pages of BeatConnect's list were of no use: what stands on them is as old as before.")


def figures(client: Client) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/status.json").json()
    return told


def empty_page(shop: Sandbox, number: int, total: int) -> None:
    data = {"beats": [], "pagination": {"total": total, "per_page": 100, "current_page": number}}
    body = json.dumps({"status": "success", "data": data})
    shop.fault("raw", path="/v1/beats", query={"page": number}, body=body, content_type="application/json", status=200)


@pytest.mark.parametrize(("page", "total", "trouble", "notice"), [(1, 0, "emptied", EMPTIED), (2, 253, "holes", HOLES)])
def test_a_sweep_that_was_not_whole_is_told_until_one_is(
    client: Client, shop: Sandbox, page: int, total: int, trouble: str, notice: tuple[str, str]
) -> None:
    client.force_login(people.operator())
    empty_page(shop, page, total)
    sweep_later(shop)
    told = figures(client)
    assert (told["mirror"]["sweep_trouble"], told["mirror"]["live"]) == (trouble, 253)
    assert notice in [(one["level"], one["what"]) for one in told["notices"]]
    assert notice[1] in Elements(client.get("/status/").content.decode()).text
    shop.clear_faults()
    sweep_later(shop)
    told = figures(client)
    assert (told["mirror"]["sweep_trouble"], told["notices"]) == ("", [])
