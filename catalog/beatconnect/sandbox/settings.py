"""Django's settings for the sandbox's own process; the storefront's settings are never read here."""

import secrets

ALLOWED_HOSTS = ["*"]
APPEND_SLASH = False  # the API knows no trailing slashes
DATABASES: dict[str, object] = {}
DEBUG = False
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "ninja",  # without it Swagger UI would come from a CDN
]
MIDDLEWARE = ["catalog.beatconnect.sandbox.gate.Gate"]
ROOT_URLCONF = "catalog.beatconnect.sandbox.urls"
SECRET_KEY = secrets.token_hex()  # nothing outlives the process, so nothing needs the same key twice
STATIC_URL = "/static/"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
LOGGING_CONFIG = None  # __main__ decides how loud it is
