"""People at the real server, over the wire: their browser's cookies, forms and answers."""

import re

import requests

from tests.storefront.real_server import PATIENCE, Shop

EMAIL, PASSWORD = "alice@example.com", "a long pass phrase"


def make_buyer(shop: Shop, email: str = EMAIL) -> None:
    """Make somebody whose address is confirmed."""
    program = f"from accounts.models import User; User.objects.create_user({email!r}, {PASSWORD!r}).confirm_address()"
    shop.run("shell", "--no-imports", "-c", program)


class Browser(requests.Session):
    """Keeps cookies, which know no ports: a session of one host goes along to the other."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def fill_in(self, url: str, timeout: float = PATIENCE, **fields: str) -> requests.Response:
        """Open a page, fill in its form and send it."""
        page = self.get(url, timeout=timeout)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, f"{url} has no form"
        headers = {"Origin": "/".join(url.split("/")[:3])}
        return self.post(url, {"csrfmiddlewaretoken": token[1], **fields}, headers=headers, timeout=timeout)

    def sign_in(self, shop: Shop, email: str = EMAIL, password: str = PASSWORD) -> requests.Response:
        return self.fill_in(f"{shop.origin}/account/login/", login=email, password=password)
