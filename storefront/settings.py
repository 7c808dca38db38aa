"""Everything that can be set, in one place: the environment is read here and nowhere else.

The README's settings table and `.env.example` list the variables; every default is safe in production.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from catalog.quota.limits import parse_limits
from storefront.encryption_keys import derived_key
from storefront.logs import LOGGING as LOGGING
from storefront.people import COUNTS_KEPT, sign_in_settings
from storefront.policy import content_security_policy, keep_to_this_site

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env_file = os.environ.get("ENV_FILE", str(BASE_DIR / ".env"))
if env_file and Path(env_file).is_file():
    env.read_env(env_file)


def origin(url: str) -> str:
    """Return scheme://host[:port] of a URL, as browsers write an origin."""
    parts = urlsplit(url.strip())
    return f"{parts.scheme}://{parts.netloc}".lower()


# --- The site -------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Put a long random text into the environment or into .env "
        "(`make secret` writes one); see .env.example."
    )

SITE_NAME = "BeatConnect Beats"
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
SITE_IS_HTTPS = SITE_URL.startswith("https://")
LOOPBACK_HOSTS = ["localhost", "127.0.0.1"]
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    default=[SITE_HOST, *(host for host in LOOPBACK_HOSTS if SITE_HOST in LOOPBACK_HOSTS and host != SITE_HOST)],
)
# Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; see middleware.trusted_proxies.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

# --- BeatConnect ----------------------------------------------------------------------------------------

BEATCONNECT_API_URL = env.str("BEATCONNECT_API_URL", default="https://api.beatconnectafrica.com/v1").rstrip("/")
BEATCONNECT_API_KEY = env.str("BEATCONNECT_API_KEY", default="")
try:
    BEATCONNECT_LIMITS = parse_limits(env.str("BEATCONNECT_LIMITS", default="10/minute,100/hour,1000/day"))
except ValueError as error:
    raise ImproperlyConfigured(f"BEATCONNECT_LIMITS: {error}") from error
# Exact origins of covers and previews: the allow-list for URLs in the API's answers, and for the CSP.
BEATCONNECT_MEDIA_HOSTS = [
    origin(url) for url in env.list("BEATCONNECT_MEDIA_HOSTS", default=[]) or [BEATCONNECT_API_URL]
]
# Newest first: while a secret is being exchanged, events signed with either are believed.
BEATCONNECT_WEBHOOK_SECRETS = env.list("BEATCONNECT_WEBHOOK_SECRETS", default=[])
# Whether a web worker may hold the sync lease; off where `manage.py sync_catalog` runs as a process of its own.
BACKGROUND_SYNC = env.bool("BACKGROUND_SYNC", default=True)
BEATCONNECT_CURRENCY = env.str("BEATCONNECT_CURRENCY", default="USD")
# Beat pages of the marketplace aren't documented: without this, "Buy" leads to its home page.
BEATCONNECT_BEAT_URL = env.str("BEATCONNECT_BEAT_URL", default="")
BEATCONNECT_HOME_URL = "https://beatconnectafrica.com/"

# For buyers' own API keys, newest first. A shop that only this machine can see may do with a derived one.
KEY_ENCRYPTION_KEYS = env.list("KEY_ENCRYPTION_KEYS", default=[])
if not KEY_ENCRYPTION_KEYS and (DEBUG or SITE_HOST in LOOPBACK_HOSTS):
    KEY_ENCRYPTION_KEYS = [derived_key(SECRET_KEY)]

# --- Django ---------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "heroicons",
    "accounts",
    "catalog",
    "storefront.apps.StorefrontConfig",
]

MIDDLEWARE = [
    "storefront.middleware.probes",
    "storefront.middleware.background_sync",
    "storefront.middleware.trusted_proxies",
    # Outside whatever may refuse a request or redirect it, so that its answer has the headers too. Neither writes them
    # on static files: a stylesheet needs no policy of its own, and each header costs a phone its data.
    "storefront.middleware.security_headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "storefront.compression.brotli_pages",
    "django.middleware.http.ConditionalGetMiddleware",
    "storefront.middleware.address_language",
    "django.middleware.common.CommonMiddleware",
    # All are lazy: a page that asks for no visitor sets no cookie and varies on none.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.privacy.private_pages",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.dress.our_own_site",
    "accounts.privacy.operators_only",
    "storefront.middleware.trouble",
]

ROOT_URLCONF = "storefront.urls"
WSGI_APPLICATION = "storefront.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "storefront.lean_templates.Loader",
                    ["storefront.lean_templates.Unindented", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "storefront.context_processors.site",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "catalog.templatetags.catalog_format",
                "django.templatetags.i18n",
                "django.templatetags.l10n",
                "django.templatetags.static",
                "django_htmx.templatetags.django_htmx",
                "heroicons.templatetags.heroicons",
            ],
        },
    }
]

# --- Storage --------------------------------------------------------------------------------------------

# Without a key there is only the demo, whose invented beats never get into a real shop's file.
SQLITE_FILE = BASE_DIR / "var" / ("storefront.sqlite3" if BEATCONNECT_API_KEY else "demo.sqlite3")
database = env.db_url("DATABASE_URL", default=f"sqlite:///{SQLITE_FILE}")
if not database.get("ENGINE"):
    raise ImproperlyConfigured(
        "DATABASE_URL must read like sqlite:///var/storefront.sqlite3 or postgres://user:secret@host:5432/name."
    )
if database["ENGINE"].endswith("sqlite3"):
    # Django's defaults lose writes to "database is locked" as soon as two processes write: these lose none.
    database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
    }
else:
    # Seconds and milliseconds: else requests wait minutes for a server that has gone away.
    database["OPTIONS"] = {"connect_timeout": 5, "tcp_user_timeout": 10_000} | database.get("OPTIONS", {})
# Opening one costs as much as all that a page asks it: on SQLite, too, where closing the last one clears the log away.
DATABASES = {"default": database | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache_url("CACHE_URL", default=f"locmemcache://?max_entries={COUNTS_KEPT}")}
if "redis" in CACHES["default"]["BACKEND"].lower():
    CACHES["default"]["BACKEND"] = "storefront.steady_cache.SteadyRedisCache"
    # redis-py would let a frozen server hold each request for seconds.
    CACHES["default"].setdefault("OPTIONS", {}).update(socket_timeout=0.25, socket_connect_timeout=0.25)

# --- People ---------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
vars().update(sign_in_settings(SITE_NAME, https=SITE_IS_HTTPS))
SESSION_ENGINE = "accounts.sessions"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
CSRF_FAILURE_VIEW = "storefront.views.csrf_failure"

# --- Files, words, time ---------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "storefront.bundles.BundleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# What each process may keep of finished pages (catalog.pagestore); whoever changes templates wants to see it.
PAGE_STORE_MB = env.int("PAGE_STORE_MB", default=0 if DEBUG else 64)
# Off sends visitors a worker that takes itself away, should one ever do harm.
SERVICE_WORKER = env.bool("SERVICE_WORKER", default=True)
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = keep_to_this_site
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "jpg", "png", "webp", "woff2", "gz", "br"]
# Thumbnails are made beside the requests; tests make them when they say so.
COVERS_IN_BACKGROUND = True
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media")))

LANGUAGE_CODE = "en"
# Each by its own name, as the links say it. The address chooses (catalog.languages), never the browser.
LANGUAGES = [("en", "English"), ("fr", "Français"), ("pt", "Português"), ("sw", "Kiswahili")]
LOCALE_PATHS = [BASE_DIR / "storefront" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10  # seconds that a mail server may hold what carries mails (accounts.post); a visitor waits less
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("EMAIL_FROM", default=f"{SITE_NAME} <no-reply@{SITE_HOST}>")

# --- Safety ---------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = SITE_IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^webhooks/"]
SECURE_HSTS_SECONDS = 63_072_000 if SITE_IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SITE_IS_HTTPS
SECURE_HSTS_PRELOAD = SITE_IS_HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
# Believed only from TRUSTED_PROXIES: the middleware drops the header that anybody else sends.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100

CONTENT_SECURITY_POLICY = content_security_policy(STATIC_URL, BEATCONNECT_MEDIA_HOSTS, https=SITE_IS_HTTPS)
