"""Django finds an app's tables here; everything else imports them from the modules beside this one."""

from catalog.models import events, ledger, mirror, pictures, search, sync

__all__ = ["events", "ledger", "mirror", "pictures", "search", "sync"]
