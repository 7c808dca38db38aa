"""The storefront's own settings, with every variable pinned, so that a developer's `.env` can't reach the tests."""

import os
import tempfile
from pathlib import Path

os.environ.update(
    ENV_FILE="",
    SECRET_KEY="only-for-tests-" + "x" * 50,
    DEBUG="off",
    SITE_URL="http://127.0.0.1:8000",
    BEATCONNECT_API_URL="http://127.0.0.1:9/v1",  # nothing listens there; tests that need an API start a sandbox
    BEATCONNECT_API_KEY="bca_test_shop",
    BEATCONNECT_WEBHOOK_SECRETS="whsec_new,whsec_old",
    BACKGROUND_SYNC="off",
    KEY_ENCRYPTION_KEYS="bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldy0=,b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQtb2xkLW9sZC0=",
    BEATCONNECT_MEDIA_HOSTS="https://media.example,http://127.0.0.1:9",
)

from storefront.settings import *  # noqa: F403
from tests.own_cache import PREFIX

FOLDER = tempfile.TemporaryDirectory(prefix="storefront-tests-", ignore_cleanup_errors=True)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in production: of a database in memory a table is locked as soon as two threads meet there.
    DATABASES["default"]["TEST"] = {"NAME": Path(FOLDER.name) / "test.sqlite3"}  # noqa: F405
PAGE_STORE_MB = 0  # but in the tests that are about it
# The manifest storage needs a collectstatic run; one smoke test runs the real server with the real storage.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
# Looks files up as they are asked for, so that no collectstatic has to come first.
WHITENOISE_AUTOREFRESH = True
# No thread outlives a test: those that want thumbnails call catalog.covers.maker.
COVERS_IN_BACKGROUND = False
PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
# Whatever CACHE_URL names may be in use: tests see, and take out, their own keys only.
CACHES["default"]["KEY_PREFIX"] = PREFIX  # noqa: F405
if CACHES["default"]["BACKEND"].endswith("RedisCache"):  # noqa: F405
    CACHES["default"]["BACKEND"] = "tests.own_cache.OwnRedisCache"  # noqa: F405
