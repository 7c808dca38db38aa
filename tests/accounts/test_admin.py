"""The administration: only staff with a second factor get in, and nobody gets into somebody else's account."""

import subprocess
import sys

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from tests.accounts.people import BOB, PASSWORD, buyer, digits, operator, sign_in
from tests.html import Elements
from tests.pages import read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

OPERATORS_PAGES = ["/admin/", "/admin/accounts/user/", "/admin/login/", "/status/"]


@pytest.fixture
def alice() -> User:
    return operator(is_superuser=True)


def test_staff_sign_in_like_everybody_and_with_their_second_factor(client: Client, api: Sandbox) -> None:
    alice = buyer(is_staff=True)
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    asked = client.get("/admin/accounts/user/")
    assert asked["Location"] == "/account/login/?next=/admin/accounts/user/"
    response = sign_in(client, "ALICE@example.com", next="/status/")
    assert response["Location"].startswith("/account/2fa/authenticate/")
    assert client.get("/status/").status_code == 302, "the password alone is not enough"
    response = client.post("/account/2fa/authenticate/", {"code": digits(secret)})
    assert response["Location"] == "/status/"
    assert client.get("/status/").status_code == 200


@pytest.mark.parametrize("path", OPERATORS_PAGES)
def test_staff_without_a_second_factor_are_led_to_set_one_up(client: Client, path: str) -> None:
    buyer(is_staff=True, is_superuser=True)
    sign_in(client)
    assert client.get(path)["Location"] == "/account/2fa/"
    assert "Staff need one" in read(client.get("/account/2fa/")).text
    assert client.get("/status.json").status_code == 403


@pytest.mark.parametrize("path", OPERATORS_PAGES)
def test_a_buyer_is_refused_even_with_a_second_factor(client: Client, path: str) -> None:
    operator(is_staff=False)
    client.force_login(User.objects.get())
    assert client.get(path).status_code == 403


def test_a_superuser_made_on_the_command_line_can_sign_in(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--email=carol@example.com", "--noinput", verbosity=0)
    assert sign_in(client, "carol@example.com")["Location"] == "/account/"


def test_nobody_signs_in_as_somebody_else(client: Client, alice: User) -> None:
    bob = buyer(BOB)
    client.force_login(alice)
    change = f"/admin/accounts/user/{bob.pk}/change/"
    page = Elements(client.get(change).content.decode())
    fields = {field["name"] for field in page.all("input") if "name" in field}
    assert {name for name in fields if not name.startswith(("_", "csrf", "next"))} == {
        "is_active", "is_staff", "is_superuser",
    }  # fmt: skip
    password, before = f"/admin/accounts/user/{bob.pk}/password/", bob.password
    client.post(password, {"password1": "another long phrase", "password2": "another long phrase"})
    client.post(change, {"email": "mallory@example.com", "password": "x", "is_active": "1"})
    bob.refresh_from_db()
    assert (bob.email, bob.password) == (BOB, before)
    assert bob.password not in client.get(change).content.decode()
    for path in ("account/emailaddress/", "mfa/authenticator/", "usersessions/usersession/", "sessions/session/"):
        assert client.get(f"/admin/{path}").status_code == 404, path


def test_staff_change_their_password_where_everybody_does(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert Elements(client.get("/admin/").content.decode()).all("a", href="/admin/password_change/")
    new = "another long phrase"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    for response in (client.get("/admin/password_change/"), client.post("/admin/password_change/", form)):
        assert response["Location"] == "/account/password/change/"
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_accounts_are_found_made_and_changed(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert b"alice@example.com" in client.get("/admin/accounts/user/?q=alice").content
    assert b"alice@example.com</a>" not in client.get("/admin/accounts/user/?q=nobody").content
    response = client.post(
        "/admin/accounts/user/add/", {"email": "Bob@Example.com", "password1": PASSWORD, "password2": PASSWORD}
    )
    bob = User.objects.get(email="bob@example.com")
    assert response["Location"] == f"/admin/accounts/user/{bob.pk}/change/"
    assert bob.check_password(PASSWORD)
    assert not bob.is_staff
    client.post(f"/admin/accounts/user/{bob.pk}/change/", {"is_active": "1", "is_staff": "1"})
    bob.refresh_from_db()
    assert bob.is_staff
    assert bob.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("email", "password"),
    [("ALICE@example.com", PASSWORD), ("dave@example.com", "short"), ("dave@example.com", "password1234")],
)
def test_a_second_account_for_a_mailbox_and_weak_passwords_are_refused(
    client: Client, alice: User, email: str, password: str
) -> None:
    client.force_login(alice)
    form = {"email": email, "password1": password, "password2": password}
    assert client.post("/admin/accounts/user/add/", form).status_code == 200
    assert User.objects.count() == 1


def test_staff_who_are_no_superuser_see_no_accounts(client: Client, alice: User) -> None:
    client.force_login(operator(BOB))
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/accounts/user/").status_code == 403


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/", "/admin/accounts/user/add/", "/admin/login/"])
def test_private_pages_are_kept_by_nobody_and_framed_by_nobody(client: Client, alice: User, path: str) -> None:
    for visitor in (client, Client()):
        response = visitor.get(path)
        assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
        assert response["X-Frame-Options"] == "DENY"
        assert "unsafe" not in response["Content-Security-Policy"]
        client.force_login(alice)


def test_the_administration_leads_to_the_status_page(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert Elements(client.get("/admin/").content.decode()).all("a", href="/status/")


def test_cookies_of_a_https_shop_belong_to_its_host_alone() -> None:
    words = "settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_SECURE"
    program = f"from storefront import settings; print({words}, settings.CSRF_COOKIE_SECURE)"
    variables = {"SECRET_KEY": settings.SECRET_KEY, "SITE_URL": "https://beats.example", "ENV_FILE": ""}
    told = subprocess.run(
        [sys.executable, "-c", program],
        env=variables,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "True", "True"]
