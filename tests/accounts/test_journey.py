"""A buyer's whole way through an account, without script: sign up, verify, sign in, second factor, change, leave."""

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import AuditEntry, User
from tests.accounts.people import ALICE, BOB, PASSWORD, buyer, digits, mailed, mailed_code, prove, sign_in
from tests.pages import read

pytestmark = pytest.mark.django_db


def done(user: User) -> list[str]:
    """Return what stands in the audit of an account, the oldest first."""
    return [entry.what for entry in AuditEntry.objects.filter(user=user).order_by("pk")]


def go(client: Client, path: str, **data: str) -> Any:
    """Post a form and follow where it leads."""
    response = client.post(path, data, follow=True)
    assert response.status_code == 200, path
    return response


def test_a_new_buyer_confirms_the_address_and_is_in(client: Client) -> None:
    response = go(client, "/account/signup/", email="Alice@Example.com", password1=PASSWORD)
    assert read(response).the("h1").text == "Confirm your address"
    assert client.get("/account/").status_code == 302, "not in before the address is confirmed"
    assert mail.outbox[-1].to == [ALICE]
    response = go(client, "/account/confirm-email/", code=mailed_code())
    assert read(response).the("h1").text == "Your account"
    alice = User.objects.get(email=ALICE)
    assert alice.emailaddress_set.get().verified
    assert done(alice) == ["signed_up", "signed_in"]
    assert ALICE in read(client.get("/account/")).the("dl").text


def test_a_wrong_code_and_a_used_one_let_nobody_in(client: Client) -> None:
    go(client, "/account/signup/", email=ALICE, password1=PASSWORD)
    code = mailed_code()
    response = client.post("/account/confirm-email/", {"code": "AAAA-AAAA"})
    assert "Incorrect code" in read(response).the("ul", class_="form-error").text
    other = Client()
    assert other.post("/account/confirm-email/", {"code": code}).status_code == 302
    assert other.get("/account/").status_code == 302
    assert not User.objects.get().emailaddress_set.get().verified


def test_who_left_half_way_gets_a_new_code_when_signing_in(client: Client) -> None:
    go(client, "/account/signup/", email=ALICE, password1=PASSWORD)
    first = mailed_code()
    cache.clear()  # mails to one address keep some seconds between them
    later = Client()
    assert sign_in(later)["Location"] == "/account/confirm-email/"
    assert mailed_code() != first
    assert later.post("/account/confirm-email/", {"code": mailed_code()})["Location"] == "/account/"


def test_signing_out_takes_a_post(client: Client) -> None:
    buyer()
    sign_in(client)
    assert client.get("/account/logout/").status_code == 200
    assert client.get("/account/").status_code == 200
    response = client.post("/account/logout/")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/account/").status_code == 302


def test_a_forgotten_password_is_set_anew_by_a_link_once(client: Client) -> None:
    alice = buyer()
    here, elsewhere = Client(), Client()
    sign_in(elsewhere)
    go(here, "/account/password/reset/", email=ALICE)
    link = mailed(r"http\S+")
    assert link.startswith("http://127.0.0.1:8000/account/password/reset/key/")
    path = link.removeprefix("http://127.0.0.1:8000")
    page = here.get(path, follow=True)
    response = go(here, page.request["PATH_INFO"], password1="another long phrase", password2="another long phrase")
    assert read(response).the("h1").text == "Your password is changed"
    assert mail.outbox[-1].subject == "Your password was changed"
    assert elsewhere.get("/account/").status_code == 302, "the old password's sessions are over"
    assert sign_in(client, password=PASSWORD).status_code == 200
    assert sign_in(client, password="another long phrase")["Location"] == "/account/"
    assert read(Client().get(path, follow=True)).the("h1").text == "This link is used up"
    assert "password_changed" in done(alice)


def test_a_changed_password_ends_the_other_sessions_and_not_this_one(client: Client) -> None:
    alice = buyer()
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    form = {"oldpassword": PASSWORD, "password1": "another long phrase", "password2": "another long phrase"}
    assert read(go(client, "/account/password/change/", **form)).the("h1").text == "Your account"
    assert elsewhere.get("/account/").status_code == 302
    assert done(alice)[-1] == "password_changed"


def activate_totp(client: Client) -> str:
    prove(client)
    page = read(client.get("/account/2fa/totp/activate/"))
    secret = page.the("input", id="secret")["value"]
    picture = client.get(page.the("img")["src"])
    assert picture["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<?xml")
    response = go(client, "/account/2fa/totp/activate/", code=digits(secret))
    assert read(response).the("h1").text == "Recovery codes"
    return secret


@pytest.mark.django_db(transaction=True)
def test_an_app_and_recovery_codes_are_a_second_factor(client: Client) -> None:
    alice = buyer()
    sign_in(client)
    secret = activate_totp(client)
    assert set(done(alice)) == {"signed_in", "factor_added", "recovery_codes"}
    assert {"An authenticator app was set up"} <= {message.subject for message in mail.outbox}
    codes = [code.text for code in read(client.get("/account/2fa/recovery-codes/")).all("code")]
    assert len(codes) == 10
    assert client.get("/account/2fa/recovery-codes/download/").content.decode().split() == codes
    assert client.get("/account/2fa/totp/picture.svg").status_code == 404, "the secret is shown no more"
    client.post("/account/logout/")
    # The password alone is not enough.
    assert sign_in(client)["Location"].startswith("/account/2fa/authenticate/")
    assert client.get("/account/").status_code == 302
    assert "Incorrect code" in read(client.post("/account/2fa/authenticate/", {"code": "000000"})).text
    response = client.post("/account/2fa/authenticate/", {"code": codes[0]})
    assert response["Location"] == "/account/"
    client.post("/account/logout/")
    # A code is good once, and so are digits.
    sign_in(client)
    assert client.post("/account/2fa/authenticate/", {"code": codes[0]}).status_code == 200
    # Those that set the app up are still the same half minute's: used, too.
    assert client.post("/account/2fa/authenticate/", {"code": codes[1]})["Location"] == "/account/"
    assert digits(secret) != codes[1]


def test_a_removed_factor_is_told_of(client: Client) -> None:
    alice = buyer()
    sign_in(client)
    activate_totp(client)
    go(client, "/account/2fa/totp/deactivate/")
    assert not alice.has_second_factor
    assert done(alice)[-1] == "factor_removed"
    assert "An authenticator app was removed" in {message.subject for message in mail.outbox}
    client.post("/account/logout/")
    assert sign_in(client)["Location"] == "/account/"


def test_sessions_are_listed_and_ended_elsewhere(client: Client) -> None:
    alice = buyer()
    elsewhere = Client(headers={"User-Agent": "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"})
    sign_in(elsewhere)
    sign_in(client)
    page = read(client.get("/account/sessions/"))
    assert len(page.the("ul", class_="account-list").all("li")) == 2
    assert "Firefox, Android" in page.text
    go(client, "/account/sessions/")
    assert elsewhere.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200
    assert done(alice)[-1] == "signed_out_elsewhere"


def test_another_address_counts_once_its_code_is_entered(client: Client) -> None:
    alice = buyer()
    sign_in(client)
    prove(client)
    go(client, "/account/email/", email="New@example.com", action_add="")
    assert mail.outbox[-1].to == ["new@example.com"]
    alice.refresh_from_db()
    assert alice.email == ALICE
    go(client, "/account/confirm-email/", code=mailed_code())
    alice.refresh_from_db()
    assert alice.email == "new@example.com"
    assert done(alice)[-1] == "email_changed"
    told = [message for message in mail.outbox if message.to == [ALICE]]
    assert told[-1].subject == "Your address was changed"
    assert sign_in(Client()).status_code == 200
    assert sign_in(Client(), "new@example.com")["Location"] == "/account/"


def test_all_that_is_kept_can_be_taken_along(client: Client) -> None:
    alice = buyer()
    sign_in(client)
    activate_totp(client)
    response = client.post("/account/export.json")
    assert response["Content-Disposition"].startswith('attachment; filename="account-')
    told = response.json()
    assert told["account"]["email"] == ALICE
    assert {factor["kind"] for factor in told["second_factors"]} == {"totp", "recovery_codes"}
    assert told["activity"][0]["what"] == "exported"
    assert len(told["sessions"]) == 1
    assert "secret" not in response.content.decode()
    assert alice.password not in response.content.decode()
    assert client.get("/account/export.json").status_code == 405


def test_an_account_is_deleted_in_two_steps_and_nothing_is_left(client: Client) -> None:
    buyer(BOB)
    alice = buyer()
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    prove(client)
    assert client.post("/account/delete/now/")["Location"] == "/account/delete/", "not without having asked"
    assert User.objects.filter(pk=alice.pk).exists()
    response = go(client, "/account/delete/")
    assert "can’t be taken back" in read(response).text
    assert done(alice)[-1] == "deletion_asked"
    assert mail.outbox[-1].subject == "Your account is about to be deleted"
    response = go(client, "/account/delete/now/")
    assert read(response).the("h1").text == "The account is deleted"
    assert [user.email for user in User.objects.all()] == [BOB]
    assert not AuditEntry.objects.exists()
    assert client.post("/account/delete/now/")["Location"] == "/account/deleted/", "a second click leads there, too"
    assert client.get("/account/").status_code == 302
    assert elsewhere.get("/account/").status_code == 302
    assert mail.outbox[-1].subject == "Your account is deleted"
    assert sign_in(client).status_code == 200, "nobody to sign in as"


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/account/delete/", {}),
        ("/account/delete/now/", {}),
        ("/account/email/", {"email": "new@example.com", "action_add": ""}),
        ("/account/2fa/totp/activate/", {"code": "123456"}),
        ("/account/2fa/recovery-codes/generate/", {}),
        ("/account/2fa/webauthn/add/", {}),
    ],
)
def test_what_changes_an_account_asks_for_the_password_again(client: Client, path: str, form: dict[str, str]) -> None:
    alice = buyer()
    sign_in(client)
    if "recovery" in path:
        TOTP.activate(alice, generate_totp_secret())
    before = done(alice)
    response = client.post(path, form)
    assert response.status_code == 302
    assert response["Location"].startswith("/account/reauthenticate/")
    assert client.post("/account/reauthenticate/", {"password": "wrong"}).status_code == 200
    assert client.post(path, form)["Location"].startswith("/account/reauthenticate/")
    assert (done(alice), mail.outbox) == (before, [])
