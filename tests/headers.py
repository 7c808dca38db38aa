"""The security headers that every page must have, over http and with the media hosts of tests/settings.py."""

from django.http import HttpResponse

MEDIA = "https://media.example http://127.0.0.1:9"  # as tests/settings.py lists them
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "credentialless",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), "
        "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": f"'self' {MEDIA}",
    "media-src": f"'self' {MEDIA}",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}


def read_policy(value: str) -> dict[str, str]:
    """Return a CSP's directives; one that stands twice makes browsers drop the whole policy."""
    parts = [directive.strip().partition(" ") for directive in value.split(";")]
    names = [name for name, _, _ in parts]
    assert len(names) == len(set(names)), value
    return {name: sources for name, _, sources in parts}


def assert_page_headers(response: HttpResponse) -> None:
    """Check that an answer over http has every header once, and none that belongs to https."""
    names = [name.lower() for name, _ in response.items()]
    assert len(names) == len(set(names))
    expected = dict(HEADERS)
    if response.headers.get("Cache-Control", "").startswith("private"):
        # Whose order it is, or that there is an account, is no other site's business.
        expected["Referrer-Policy"] = "same-origin"
    assert {name: response.headers.get(name) for name in expected} == expected
    assert read_policy(response["Content-Security-Policy"]) == POLICY
    for absent in ("Strict-Transport-Security", "Set-Cookie", "Server", "X-Powered-By", "Access-Control-Allow-Origin"):
        assert absent not in response.headers
    assert not response.cookies
