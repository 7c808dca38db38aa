"""The WSGI application that every server of the storefront runs."""

import gc
import os

from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from storefront.webhook_body import whole_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storefront.settings")

application = whole_bodies(get_wsgi_application())
if settings.PAGE_STORE_MB:
    from catalog.pagestore.keeper import kept_pages  # models can be imported only now

    application = kept_pages(application, settings.PAGE_STORE_MB * 1_000_000)

# A server runs no checks by itself; an unsafe configuration must not meet a visitor.
if errors := [check for check in run_checks() if check.is_serious()]:
    raise ImproperlyConfigured("; ".join(f"{check.id}: {check.msg}" for check in errors))

# What is loaded by now stays: looking through it for what could go would hold a request up for a tenth of a second.
gc.collect()
gc.freeze()
