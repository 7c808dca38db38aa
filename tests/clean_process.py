"""Runs Python in a process of its own, whose environment holds nothing but what a test sets."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Long and varied enough for Django's own check.
SECRET_KEY = "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Begins a program that asks the storefront for pages, as `Client` does; hashed static files need a collectstatic run.
ASK_FOR_PAGES = """
import django
django.setup()
from django.conf import settings
from django.test import Client
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
"""
_TIMEOUT = 60  # seconds; starting Django takes one


def environment(**variables: str) -> dict[str, str]:
    """Return an environment in which the storefront starts, changed as told; an empty value takes one out."""
    told = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": "",
        "DJANGO_SETTINGS_MODULE": "storefront.settings",
        "SECRET_KEY": SECRET_KEY,
        # A fresh checkout has collected no static files yet, of which whitenoise warns.
        "PYTHONWARNINGS": "error,ignore:No directory at:UserWarning",
        **variables,
    }
    return {name: value for name, value in told.items() if value or name == "ENV_FILE"}


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments to its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=False,
    )
