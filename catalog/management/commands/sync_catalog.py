"""Fills the mirror from BeatConnect, within the quota."""

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog import state
from catalog.advice import SWEEPS
from catalog.beatconnect.errors import BeatConnectError
from catalog.gateway import NoKey, site_gateway
from catalog.models.ledger import ApiCall
from catalog.models.mirror import Beat, Genre, Producer, Quarantined
from catalog.models.sync import SyncState
from catalog.sync import leases, runner


class Command(BaseCommand):
    help = (
        "Keep the mirror of BeatConnect's catalogue fresh, for ever (the web workers want BACKGROUND_SYNC=off then), "
        "or sweep it once. A killed run goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=False)
        what.add_argument("--once", action="store_true", help="sweep the whole catalogue once, waiting for the quota")
        what.add_argument("--status", action="store_true", help="say what the mirror holds and how old it is")
        parser.add_argument(
            "--no-wait",
            action="store_true",
            help="with --once: end where the quota says wait; the next run goes on there",
        )
        what.add_argument("--reset", action="store_true", help="empty the mirror (before filling it from another API)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["status"]:
            self.stdout.write(status())
        elif options["reset"]:
            self.reset()
        else:
            self.sync(once=options["once"], may_wait=not options["no_wait"])

    def reset(self) -> None:
        # With the lease in hand, so that no call under way fills the mirror again with what it was emptied of.
        lease = leases.take(leases.SYNC)
        if lease is None:
            raise CommandError("A process is syncing: stop it first, or wait a minute if it was killed.")
        try:
            state.reset()
        finally:
            lease.release()
        self.stdout.write("The mirror is empty.")

    def sync(self, *, once: bool, may_wait: bool) -> None:
        stop = Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        try:
            gateway = site_gateway()
            state.check_source(state.read_state())
            if once:
                wait: runner.Wait = stop.wait if may_wait else lambda seconds: True
                swept = runner.sweep_to_end(gateway, report=self.stdout.write, wait=wait)
                self.stdout.write(status())
                if swept:
                    check_sweep()
            else:
                runner.run(gateway, wait=stop.wait)
        except KeyboardInterrupt:
            self.stdout.write("Stopped; the next run goes on here.")
        except runner.Busy as error:
            raise CommandError("Another process is syncing; it is left to it.") from error
        except (state.WrongSource, NoKey) as error:
            raise CommandError(str(error)) from error
        except BeatConnectError as error:
            raise CommandError(f"BeatConnect: {error}. What was fetched is kept; run this again.") from error


def check_sweep() -> None:
    """Raise CommandError if the last sweep was not whole: who deploys on its word has no other."""
    trouble = state.read_state().sweep_trouble
    if trouble:
        raise CommandError(SWEEPS[trouble].what)


def status() -> str:
    """Return what the mirror holds and how old it is, a line each."""
    now = state.read_state()
    live, gone = Beat.objects.filter(gone_at=None).count(), Beat.objects.exclude(gone_at=None).count()
    told = "nothing yet" if now.upstream_total is None else now.upstream_total
    lines = [
        f"source     {now.api_url or 'none yet'}{f' ({now.key_kind} key)' if now.key_kind else ''}",
        f"beats      {live} live, {gone} gone; BeatConnect says {told}",
        f"genres     {Genre.objects.count()}",
        f"producers  {Producer.objects.count()}",
        f"complete   {'yes' if now.complete else 'no'}",
        f"as of      {_age(now)}",
        f"sweep      {f'under way, page {now.sweep_pages}' if now.sweep_started_at else 'none under way'}",
        *([f"trouble    {SWEEPS[now.sweep_trouble].what}"] if now.sweep_trouble else []),
        f"quarantine {Quarantined.objects.count()}",
        *(f"  {item}" for item in Quarantined.objects.order_by("-last_seen")[:5]),
        f"calls      {ApiCall.objects.count()} in the ledger",
    ]
    return "\n".join(lines)


def _age(now: SyncState) -> str:
    if now.as_of is None:
        return "never"
    minutes = (timezone.now() - now.as_of).total_seconds() / 60
    return f"{now.as_of:%Y-%m-%d %H:%M:%S} UTC, {minutes:.0f} min ago"
