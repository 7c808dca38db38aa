"""Signing in as staff, keeping accounts, and public pages that know nothing of it."""

import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from tests.html import Elements
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db

PASSWORD = "a long pass phrase"


@pytest.fixture
def alice() -> User:
    return User.objects.create_superuser("Alice@Example.com", PASSWORD)


def sign_in(client: Client, email: str, password: str = PASSWORD, path: str = "/admin/login/?next=/status/") -> Any:
    return client.post(path, {"username": email, "password": password, "next": "/status/"})


def test_staff_sign_in_with_their_address_however_it_is_written(client: Client, alice: User, api: Sandbox) -> None:
    response = sign_in(client, "ALICE@example.com")
    assert response.status_code == 302
    assert response["Location"] == "/status/"
    assert client.get("/status/").status_code == 200


def test_a_superuser_made_on_the_command_line_can_sign_in(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--email=carol@example.com", "--noinput", verbosity=0)
    assert sign_in(client, "carol@example.com").status_code == 302


@pytest.mark.parametrize(("email", "password"), [("alice@example.com", "wrong"), ("bob@example.com", PASSWORD)])
def test_a_wrong_password_and_a_buyer_stay_outside(client: Client, alice: User, email: str, password: str) -> None:
    User.objects.create_user("bob@example.com", PASSWORD)
    assert sign_in(client, email, password).status_code == 200
    assert client.get("/admin/").status_code == 302


def test_the_sign_in_can_not_be_forged(alice: User) -> None:
    response = sign_in(Client(enforce_csrf_checks=True), "alice@example.com")
    assert response.status_code == 403
    # In the shop's own dress: Django's page would need an inline style.
    assert not Elements(response.content.decode()).all("style")


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
    client.post(
        f"/admin/accounts/user/{bob.pk}/change/", {"email": "bob@example.com", "is_active": "1", "is_staff": "1"}
    )
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
    client.force_login(User.objects.create_user("bob@example.com", is_staff=True))
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


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client, alice: User) -> None:
    client.get("/admin/login/")
    sign_in(client, "alice@example.com")
    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert (cookie["path"], cookie["domain"]) == ("/", "")


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


@pytest.mark.parametrize("path", ["/", "/beats/", "/genres/", "/producers/", "/nowhere/"])
def test_public_pages_set_no_cookie_and_vary_on_none(client: Client, shop: Sandbox, alice: User, path: str) -> None:
    for visitor in (client, Client()):
        response = visitor.get(path)
        assert not response.cookies
        assert {word.strip() for word in response["Vary"].split(",")} == {
            "Accept-Encoding", "HX-Request", "HX-Target", "HX-History-Restore-Request", "Save-Data",
        }  # fmt: skip
        # The second time somebody is signed in: the page is the same.
        client.force_login(alice)
