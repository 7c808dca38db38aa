"""Who guesses, forges, plants or leads astray gets nowhere, and learns nothing about who has an account."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import fixtures

from accounts.models import User
from tests.accounts.people import ALICE, BOB, PASSWORD, buyer, digits, sign_in
from tests.headers import assert_page_headers
from tests.pages import read

pytestmark = pytest.mark.django_db

SECRETS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|"challenge": "[^"]+"')


def shown(client: Client, path: str, **form: str) -> tuple[int, str]:
    """Post a form, follow it, and return what anybody would see: status and page, but for the page's own tokens."""
    response = client.post(path, form, follow=True)
    text = response.content.decode().replace(form["email"], "somebody@example.com")
    return response.status_code, SECRETS.sub("", text)


# Who has an account is nobody's business


@pytest.mark.parametrize(
    ("path", "form"), [("/account/signup/", {"password1": PASSWORD}), ("/account/password/reset/", {})]
)
def test_a_known_address_and_an_unknown_one_get_the_same_answer(path: str, form: dict[str, str]) -> None:
    buyer()
    known = shown(Client(), path, email=ALICE, **form)
    cache.clear()
    assert shown(Client(), path, email="nobody@example.com", **form) == known
    assert [message.to for message in mail.outbox] == [[ALICE], ["nobody@example.com"]]
    assert mail.outbox[0].subject != mail.outbox[1].subject, "the mailbox's owner is told"


def test_an_account_that_exists_is_not_made_again_and_its_password_stays() -> None:
    alice = buyer()
    Client().post("/account/signup/", {"email": "ALICE@example.com", "password1": "mallory's long phrase"})
    alice.refresh_from_db()
    assert User.objects.count() == 1
    assert alice.check_password(PASSWORD)
    assert "There is one already" in mail.outbox[0].body


def test_a_wrong_password_an_unknown_address_and_a_closed_account_look_the_same(client: Client) -> None:
    buyer()
    buyer(BOB, is_active=False)
    answers = set()
    for email in (ALICE, BOB, "nobody@example.com"):
        response = sign_in(Client(), email, "wrong")
        answers.add((response.status_code, SECRETS.sub("", response.content.decode().replace(email, ""))))
    assert len(answers) == 1
    assert sign_in(client, BOB)["Location"] == "/account/inactive/", "who knows the password is told"
    assert client.get("/account/").status_code == 302


# Guessing


def test_ten_wrong_passwords_are_enough_and_then_the_right_one_does_not_count_either(client: Client) -> None:
    buyer()
    for number in range(10):
        # From another address each time: the mailbox is what is counted.
        assert sign_in(Client(REMOTE_ADDR=f"198.51.100.{number}"), password="wrong").status_code == 200
    response = sign_in(Client(REMOTE_ADDR="203.0.113.9"))
    assert "Too many failed login attempts" in read(response).text
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), "ALICE@example.com").status_code == 429
    for port in range(3):
        again = Client(REMOTE_ADDR=f"203.0.113.{port}", headers={"Host": f"127.0.0.1:{port + 1}"})
        assert "Too many failed login attempts" in read(sign_in(again)).text, "another Host header is no way round"
    buyer(BOB)
    assert sign_in(client, BOB)["Location"] == "/account/", "nobody else is locked out"


def test_one_address_can_not_try_every_mailbox(client: Client) -> None:
    buyer(BOB)
    for number in range(10):
        sign_in(client, f"nobody{number}@example.com", "wrong")
    assert "Too many failed login attempts" in read(sign_in(client, BOB)).text
    liar = Client(headers={"X-Forwarded-For": "198.51.100.77", "X-Real-IP": "198.51.100.77"})
    assert "Too many failed login attempts" in read(sign_in(liar, BOB)).text, "an address can't be made up"


def test_a_flood_of_sign_ins_meets_a_429_in_the_dress_of_the_site(client: Client) -> None:
    for _ in range(30):
        client.post("/account/login/", {"login": "x", "password": ""})
    response = client.post("/account/login/", {"login": "x", "password": ""})
    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert response["Cache-Control"] == "private, no-store"
    assert read(response).the("h1").text == "One moment, please"


def test_challenges_for_passkeys_and_their_sessions_are_not_made_without_end() -> None:
    headers = {"X-Requested-With": "XMLHttpRequest"}
    address = "/account/2fa/webauthn/login/"
    responses = [Client().get(address, headers=headers) for _ in range(33)]
    assert [response.status_code for response in responses] == [200] * 30 + [429] * 3
    assert Session.objects.count() == 30
    assert responses[-1]["Retry-After"] == "60"
    assert Client(REMOTE_ADDR="203.0.113.9").get(address, headers=headers).json()["request_options"]


def test_a_second_factor_can_not_be_guessed(client: Client) -> None:
    alice = buyer()
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    sign_in(client)
    for _ in range(10):
        assert "Incorrect code" in read(client.post("/account/2fa/authenticate/", {"code": "wrong"})).text
    response = client.post("/account/2fa/authenticate/", {"code": digits(secret)})
    assert "Too many" in read(response).text, "the right code is not looked at either"
    assert client.get("/account/").status_code == 302


def test_limits_hold_while_redis_is_dead(client: Client, settings: fixtures.Settings) -> None:
    dead = {"BACKEND": "storefront.steady_cache.SteadyRedisCache", "LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {"default": dead}
    buyer()
    assert sign_in(client)["Location"] == "/account/"
    for _ in range(10):
        assert sign_in(Client(), password="wrong").status_code == 200
    assert "Too many failed login attempts" in read(sign_in(Client())).text


def test_where_nothing_can_be_written_nobody_gets_half_in_and_is_told_when_to_come_again(client: Client) -> None:
    buyer()

    def full(execute: Any, sql: str, *more: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError("database or disk is full")
        return execute(sql, *more)

    with connection.execute_wrapper(full):
        response = sign_in(client)
        assert client.get("/account/login/").status_code == 200, "reading goes on"
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response["Cache-Control"] == "private, no-store"
    assert read(response).the("h1").text
    assert client.get("/account/").status_code == 302
    # Once there is room again nobody has to do anything.
    assert sign_in(client)["Location"] == "/account/"


# Forging


@pytest.mark.parametrize(
    "path",
    ["login/", "signup/", "logout/", "password/reset/", "password/change/", "email/", "sessions/", "delete/",
     "delete/now/", "export.json", "2fa/totp/activate/", "2fa/totp/deactivate/", "2fa/recovery-codes/generate/",
     "2fa/webauthn/login/"],
)  # fmt: skip
@pytest.mark.parametrize("origin", [None, "https://evil.example", "null"])
def test_no_form_can_be_posted_from_elsewhere(path: str, origin: str | None) -> None:
    alice = buyer()
    client = Client(enforce_csrf_checks=True, headers={"Origin": origin} if origin else {})
    client.force_login(alice)
    response = client.post(f"/account/{path}", {"email": "mallory@example.com", "login": ALICE, "password": PASSWORD})
    assert response.status_code == 403
    page = read(response)
    assert page.the("h1").text == "This form is too old"
    assert page.the("main").the("a", class_="button-main")["href"] == f"/account/{path}"
    assert response["Cache-Control"] in {"no-store", "private, no-store"}
    assert client.get("/account/").status_code == 200


# Leading astray


@pytest.mark.parametrize(
    "next_page",
    [
        "//evil.example", "/\\evil.example", "https:evil.example", "https://shop@evil.example/", "javascript:alert(1)",
        "/\t/evil.example", "///evil.example", "http://127.0.0.1:8000/beats/", "https://evil.example/beats/",
        "/..//evil.example",
        "./\\evil.example", "/%2f%2fevil.example", "127.0.0.1", " /beats/", "/beats/\r\nX: y",
        "/nowhere/", "/" + "x" * 3_000,
        "\\\\evil.example", "/\x00", "beats/", "", "http://[", "//[", "/beats/\u2028",
    ],
)  # fmt: skip
def test_after_signing_in_one_is_led_to_a_page_of_the_shop_and_nowhere_else(client: Client, next_page: str) -> None:
    buyer()
    assert client.get("/account/login/", {"next": next_page}).status_code == 200
    response = sign_in(client, next=next_page)
    assert response["Location"] == "/account/"
    assert client.post("/account/logout/", {"next": next_page})["Location"] == "/"


@pytest.mark.parametrize("next_page", ["/beats/?genre=2&sort=popular", "/fr/beats/", "/orders/", "/account/sessions/"])
def test_pages_of_the_shop_are_led_to(client: Client, next_page: str) -> None:
    buyer()
    assert sign_in(client, next=next_page)["Location"] == next_page


def test_links_in_mails_lead_here_whatever_host_was_named(settings: fixtures.Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    buyer()
    for email in (ALICE, "nobody@example.com"):
        astray = Client(headers={"Host": "evil.example:81"})
        astray.post("/account/password/reset/", {"email": email})
        cache.clear()
        astray.post("/account/signup/", {"email": email, "password1": PASSWORD})
    assert len(mail.outbox) == 4
    for message in mail.outbox:
        assert "evil" not in message.body + message.subject
        assert message.from_email == "BeatConnect Beats <no-reply@127.0.0.1>"
        assert "http://127.0.0.1:8000" in message.body


def test_a_mail_server_that_fails_is_told_of_and_breaks_nothing(client: Client, settings: fixtures.Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    response = client.post("/account/signup/", {"email": ALICE, "password1": PASSWORD}, follow=True)
    assert response.status_code == 200
    assert "our mail server doesn’t answer" in read(response).text
    known = client.post("/account/password/reset/", {"email": ALICE}, follow=True)
    unknown = Client().post("/account/password/reset/", {"email": BOB}, follow=True)
    assert (known.status_code, read(known).the("main").text) == (unknown.status_code, read(unknown).the("main").text)


@pytest.mark.parametrize(
    "path", ["/account/login/", "/account/signup/", "/account/password/reset/", "/account/nowhere/"]
)
def test_pages_of_accounts_have_every_header(client: Client, path: str) -> None:
    response = client.get(path)
    response.cookies.clear()
    assert_page_headers(response)
