"""What comes into the forms of an account: passwords that anybody would guess, no addresses, fields nobody shows."""

from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client

from accounts import post
from accounts.models import User
from tests.accounts.people import ALICE, BOB, PASSWORD, buyer, prove, sign_in
from tests.pages import read

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "password",
    [
        "short", "password1234", "password123456", "123456789012345", "BeatConnect2026!", "beatconnect-beats",
        "alice@example.com", "alice.example.com", "qwertyuiop123", "passwordpassword", "Alice-1234567",
    ],
)  # fmt: skip
def test_what_anybody_would_guess_is_no_password(client: Client, password: str) -> None:
    response = client.post("/account/signup/", {"email": ALICE, "password1": password})
    assert response.status_code == 200
    assert read(response).the("ul", class_="form-error").text
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "password",
    ["correct horse battery staple", " leading and trailing ", "🎵🎶🥁🎷🎺🎸🪘🪗🎻🎹🪕🎤",
     "I buy my beats at BeatConnect",
     "x" + "yz" * 100],
)  # fmt: skip
def test_long_phrases_spaces_and_emoji_are_fine_and_kept_as_they_are(client: Client, password: str) -> None:
    assert client.post("/account/signup/", {"email": ALICE, "password1": password}).status_code == 302
    User.objects.get().confirm_address()
    cache.clear()
    assert sign_in(Client(), password=password.strip() + " x").status_code == 200
    assert sign_in(Client(), password=password)["Location"] == "/account/"


def test_a_password_of_a_megabyte_is_refused(client: Client) -> None:
    buyer()
    response = sign_in(client, password="x" * 1_000_000)
    assert response.status_code == 400
    assert read(response).the("h1").text


@pytest.mark.parametrize(
    "email",
    ["", "alice", "a@b.c\nBcc: x@y.z", "a\0@example.com", "a" * 320 + "@example.com", "a@", "<script>@example.com",
     "a@b@c.com"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/"])
def test_what_is_no_address_is_said_so_and_sends_no_mail(client: Client, path: str, email: str) -> None:
    form = {"login": email, "email": email, "password": PASSWORD, "password1": PASSWORD}
    response = client.post(f"/account/{path}", form)
    assert response.status_code == 200
    assert read(response).all("ul", class_="form-error")
    assert mail.outbox == []


@pytest.mark.parametrize("email", ["a@。example.com", f"a@{'ü' * 60}.example", '"ı\x0b"@example.com'])
@pytest.mark.parametrize("path", ["signup/", "password/reset/", "email/"])
def test_an_address_that_no_mail_can_carry_is_said_to_be_none(client: Client, path: str, email: str) -> None:
    if path == "email/":
        sign_in(client, buyer().email)
        prove(client)
    response = client.post(f"/account/{path}", {"email": email, "password1": PASSWORD, "action_add": ""})
    assert response.status_code == 200
    assert "Enter a valid email address." in read(response).the("ul", class_="form-error").text
    assert mail.outbox == []
    assert not User.objects.exclude(email=ALICE).exists()


def test_a_mail_that_can_not_be_written_fails_like_one_that_can_not_be_sent() -> None:
    assert not post.send(EmailMessage("Hello", to=["a@。example.com"]), "hello")


@pytest.mark.parametrize("email", ["alıce@example.com", "alİce@example.com"])
def test_a_letter_that_some_machines_take_for_another_opens_nobody_else_s_account(client: Client, email: str) -> None:
    alice = buyer()
    client.post("/account/password/reset/", {"email": email})
    assert "/password/reset/key/" not in mail.outbox[0].body, "nobody of that name is here"
    assert client.post("/account/signup/", {"email": email, "password1": "another long phrase"}).status_code == 302
    assert ALICE not in [to for message in mail.outbox for to in message.to]
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    assert User.objects.count() == 2


def test_hidden_fields_change_nobody(client: Client) -> None:
    more: Any = {"is_staff": "1", "is_superuser": "1", "is_active": "1", "user_id": "1", "owner": "1", "verified": "1"}
    client.post("/account/signup/", {"email": ALICE, "password1": PASSWORD, **more})
    alice = User.objects.get()
    assert (alice.is_staff, alice.is_superuser) == (False, False)
    assert not alice.emailaddress_set.get().verified


def test_hidden_fields_change_nobody_who_has_signed_in(client: Client) -> None:
    bob, alice = buyer(BOB), buyer()
    sign_in(client)
    prove(client)
    more: Any = {
        "is_staff": "1",
        "is_superuser": "1",
        "user": bob.pk,
        "user_id": bob.pk,
        "owner": bob.pk,
        "verified": "1",
    }
    client.post("/account/email/", {"email": "new@example.com", "action_add": "", **more})
    password = "another long phrase"
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password, **more}
    assert client.post("/account/password/change/", form).status_code == 302
    for user in (bob, alice):
        user.refresh_from_db()
        assert (user.is_staff, user.is_superuser, user.check_password(password)) == (False, False, user == alice)
        assert [(row.email, row.verified) for row in user.emailaddress_set.filter(verified=True)] == [
            (user.email, True)
        ]
