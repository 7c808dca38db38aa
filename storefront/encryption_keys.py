"""What the keys look like that buyers' API keys are encrypted with. Pure, since the settings need it."""

import base64
import binascii
import hashlib

KEY_BYTES = 32


def derived_key(secret: str) -> str:
    """Return an encryption key made of SECRET_KEY, for the demo and for development."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"buyers' keys:" + secret.encode()).digest()).decode()


def is_key(text: str) -> bool:
    """Tell whether a text is what `manage.py rotate_keys --new` writes: 32 bytes in URL-safe base64."""
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False
