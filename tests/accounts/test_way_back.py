"""Who has lost every second factor gets back in, by the shop's hand and the own password; nobody else does."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import fixtures

from accounts.models import AuditEntry, User
from tests.accounts.people import BOB, buyer, operator, sign_in
from tests.pages import read

pytestmark = pytest.mark.django_db

PEOPLE = "/admin/accounts/user/"


@pytest.fixture
def bob() -> User:
    """A buyer with an app and recovery codes."""
    bob = operator(BOB, is_staff=False)
    RecoveryCodes.activate(bob)
    return bob


def take_away(user: User, by: Client) -> int:
    form = {"action": "take_second_factors_away", "_selected_action": [str(user.pk)]}
    return by.post(PEOPLE, form, follow=True).status_code


def test_the_page_that_asks_for_the_code_says_what_to_do(
    client: Client, bob: User, settings: fixtures.Settings
) -> None:
    sign_in(client, BOB)
    page = "/account/2fa/authenticate/"
    assert "Write to whoever runs this shop" in read(client.get(page)).text
    settings.DEFAULT_FROM_EMAIL = "BeatConnect Beats <hello@beats.example>"
    assert read(client.get(page)).the("main").all("a", href="mailto:hello@beats.example")


def test_an_operator_takes_them_away_and_the_owner_gets_in_with_the_password(client: Client, bob: User) -> None:
    phone = Client()
    sign_in(phone, BOB)
    code = RecoveryCodes.activate(bob).get_unused_codes()[0]
    assert phone.post("/account/2fa/authenticate/", {"code": code})["Location"] == "/account/"
    mail.outbox.clear()
    client.force_login(operator(is_superuser=True))
    before = bob.password
    assert take_away(bob, client) == 200
    bob.refresh_from_db()
    assert bob.password == before
    assert not Authenticator.objects.filter(user=bob).exists()
    assert phone.get("/account/").status_code == 302, "whoever has the phone is out"
    assert client.get("/account/").status_code == 200
    (told,) = mail.outbox
    assert (told.to, told.subject) == ([BOB], "Your second factors were taken away")
    assert "http://127.0.0.1:8000/account/password/reset/" in told.body
    entry = AuditEntry.objects.filter(user=bob)[0]
    assert (entry.what, entry.where) == ("factors_taken", "")
    kept = LogEntry.objects.get()
    assert (kept.object_id, kept.user.email) == (str(bob.pk), "alice@example.com")
    owner = Client()
    assert sign_in(owner, BOB)["Location"] == "/account/"
    assert "Second factors taken away by the shop" in read(owner.get("/account/")).text
    assert sign_in(Client(), BOB, "something else").status_code == 200


def test_who_has_none_is_left_alone(client: Client) -> None:
    bob = buyer(BOB)
    client.force_login(operator(is_superuser=True))
    take_away(bob, client)
    assert mail.outbox == []
    assert not AuditEntry.objects.filter(user=bob, what="factors_taken").exists()


@pytest.mark.parametrize("who", ["staff without the right", "staff without a second factor", "a buyer", "nobody"])
def test_nobody_else_can(client: Client, bob: User, who: str) -> None:
    if who == "staff without the right":
        client.force_login(operator())
    elif who == "staff without a second factor":
        client.force_login(buyer(is_staff=True, is_superuser=True))
    elif who == "a buyer":
        client.force_login(buyer())
    take_away(bob, client)
    assert bob.has_second_factor
    assert mail.outbox == []


def test_where_no_mail_can_be_sent_it_is_done_and_the_operator_is_told(
    client: Client, bob: User, settings: fixtures.Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    client.force_login(operator(is_superuser=True))
    form = {"action": "take_second_factors_away", "_selected_action": [str(bob.pk)]}
    assert b"The mail could not be sent" in client.post(PEOPLE, form, follow=True).content
    assert not bob.has_second_factor


def test_the_operator_does_it_for_themselves_on_the_machine() -> None:
    alice = operator(is_superuser=True)
    told = StringIO()
    call_command("take_factors_away", "Alice@example.com", stdout=told)
    assert "alice@example.com signs in with the password alone now" in told.getvalue()
    assert not alice.has_second_factor
    assert mail.outbox[0].to == ["alice@example.com"]
    for email, why in (("alice@example.com", "no second factor"), (BOB, "Nobody has an account")):
        with pytest.raises(CommandError, match=why):
            call_command("take_factors_away", email, stdout=StringIO())
