"""Puts somebody into the demo who has bought beats, so that signing in and orders can be tried at once."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.connecting import connect
from accounts.models import User

EMAIL, PASSWORD, KEY = "alice@example.org", "drums across the lagoon", "bca_test_alice"


class Command(BaseCommand):
    help = "Make a buyer in the demo whose key is connected; refused where the API is not the sandbox on this machine."
    # `demo` has checked, or warned, already.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        # Everybody knows this password: such an account must never be in a real shop.
        on_this_machine = urlsplit(settings.BEATCONNECT_API_URL).hostname in settings.LOOPBACK_HOSTS
        if not (on_this_machine and settings.SITE_HOST in settings.LOOPBACK_HOSTS):
            raise CommandError("This is for the demo alone: its API and its SITE_URL are on this machine.")
        alice = User.objects.filter(email=EMAIL).first() or User(email=EMAIL)
        if not alice.check_password(PASSWORD):
            alice.set_password(PASSWORD)
            alice.save()
        alice.confirm_address()
        if not hasattr(alice, "beatconnect_key"):
            connect(alice, KEY)
        self.stdout.write(f"Sign in on {settings.SITE_URL}/account/login/ as {EMAIL}: {PASSWORD}")
