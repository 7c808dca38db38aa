"""The demo's buyer can sign in at once and has orders; a real shop can't get one by mistake."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import fixtures

from accounts.models import User
from tests.accounts.buyers import ORDERS, calls_of, orders_on
from tests.accounts.people import sign_in
from tests.pages import read
from tests.sandbox import ALICE, Sandbox


def test_the_buyer_of_the_demo_signs_in_with_what_is_printed_and_has_orders(
    client: Client, api: Sandbox, db: None
) -> None:
    told = StringIO()
    for _ in range(2):
        call_command("demo_buyer", stdout=told)
    assert calls_of(api, ALICE) == 1
    email, _, password = told.getvalue().splitlines()[0].partition(" as ")[2].partition(": ")
    assert sign_in(client, email, password)["Location"] == "/account/"
    assert len(orders_on(read(client.get(ORDERS)))) == 24
    assert not User.objects.get().is_staff


@pytest.mark.parametrize(
    ("name", "value"), [("BEATCONNECT_API_URL", "https://api.example/v1"), ("SITE_HOST", "beats.example")]
)
def test_a_real_shop_gets_none(api: Sandbox, db: None, settings: fixtures.Settings, name: str, value: str) -> None:
    setattr(settings, name, value)
    with pytest.raises(CommandError, match="for the demo alone"):
        call_command("demo_buyer")
    assert not User.objects.exists()
