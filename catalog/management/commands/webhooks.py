"""Shows what BeatConnect's webhooks told, and runs their effects again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from catalog import webhooks
from catalog.envelopes import BadEnvelope
from catalog.models.events import WebhookEvent
from catalog.quota.clock import database_clock


class Command(BaseCommand):
    help = "List the events that came in, or run one's effects again; running them twice does no harm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        listing = what.add_parser("list", help="the latest events, newest first")
        listing.add_argument("--state", choices=WebhookEvent.State.values, help="only events in this state")
        listing.add_argument("--limit", type=int, default=20, help="how many (default: 20)")
        again = what.add_parser("replay", help="run an event's effects again")
        again.add_argument("id", help="the number that `list` shows, or BeatConnect's own id (evt_…)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "list":
            self.show(options["state"], max(0, options["limit"]))
        else:
            self.replay(options["id"])

    def show(self, state: str | None, limit: int) -> None:
        events = WebhookEvent.objects.defer("payload").order_by("-pk")
        if state:
            events = events.filter(state=state)
        for event in events[:limit]:
            tried = f" after {event.attempts} attempts" if event.attempts else ""
            problem = f": {event.problem}" if event.problem else ""
            self.stdout.write(
                f"{event.pk:>8}  {event.received:%Y-%m-%d %H:%M:%S}  {event.state:<7}  {event.type or '-':<18}  "
                f"{event.key}{tried}{problem}"
            )

    def replay(self, name: str) -> None:
        wanted = Q(key__in=[name, f"evt:{name}"])
        if name.isascii() and name.isdigit() and len(name) < 19:
            wanted |= Q(pk=int(name))
        event = WebhookEvent.objects.filter(wanted).only("pk").first()
        if event is None:
            raise CommandError(f"There is no event {name}.")
        try:
            event = webhooks.replay(event.pk, database_clock())
        except BadEnvelope as error:
            raise CommandError(f"Event {name} can't be replayed: {error}.") from error
        self.stdout.write(f"{event.pk} {event.type}: {event.state}{f', {event.problem}' if event.problem else ''}")
