"""The way back on the machine itself, for when it is the one who keeps the shop that has lost every factor."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.way_back import take_factors_away


class Command(BaseCommand):
    help = "Take the second factors of an account away, so that its owner signs in with the password alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"]).first()
        if user is None:
            raise CommandError(f"Nobody has an account as {options['email']}.")
        if not user.has_second_factor:
            raise CommandError(f"{user.email} has no second factor.")
        told = take_factors_away(user)
        self.stdout.write(f"{user.email} signs in with the password alone now.")
        if not told:
            self.stdout.write("The mail that says so could not be sent: tell them yourself.")
