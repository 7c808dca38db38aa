"""Django finds an app's tables here; everything else imports them from the modules beside this one."""

from catalog.models import events, ledger, mirror, search, sync

__all__ = ["events", "ledger", "mirror", "search", "sync"]
