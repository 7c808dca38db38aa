"""Which requests Django would answer with a page, before it is asked."""

from functools import lru_cache

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from catalog.pagestore.key import Environ

# No name is longer (RFC 1035: 253 letters, and a port); what else a client may send would be remembered, too.
LONGEST_HOST = 260


def is_welcome(environ: Environ) -> bool:
    """Tell whether a request names a host of ours, and comes over https where it must; Django refuses the others."""
    host = environ.get("HTTP_HOST", "")
    if len(host) > LONGEST_HOST or not _is_ours(host):
        return False
    return not settings.SECURE_SSL_REDIRECT or _is_secure(environ)


@lru_cache(maxsize=256)
def _is_ours(host: str) -> bool:
    domain = split_domain_port(host)[0]
    # No name is none of ours, even where all are.
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _is_secure(environ: Environ) -> bool:
    # As storefront.middleware.trusted_proxies and SECURE_PROXY_SSL_HEADER read it.
    said = environ.get("HTTP_X_FORWARDED_PROTO") if environ.get("REMOTE_ADDR") in settings.TRUSTED_PROXIES else None
    scheme: str = environ["wsgi.url_scheme"] if said is None else said.split(",", 1)[0].strip()
    return scheme == "https"
