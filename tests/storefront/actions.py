"""What people do here, on a real server: each returns the answer that they see at last."""

import itertools
import uuid

import requests

from catalog.beatconnect.transport import BUYER_DEADLINE
from tests.html import Elements
from tests.sandbox import ALICE, BOB, CAROL
from tests.storefront.real_server import Shop
from tests.webhooks import ADDRESS, body_of, signed

# Far above what any of this takes; far below what a frozen part would cost if it were waited for.
PATIENCE = 5
# What orders and keys may take besides: they are BeatConnect's to tell.
ASKED = BUYER_DEADLINE
# As many as connect a key, and the one whose orders are looked at.
BUYERS = 40
_newcomers = itertools.cycle(range(1, BUYERS))
PEOPLE = f"""
from datetime import timedelta
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from accounts.connecting import connect
from accounts.models import User
from accounts.orders.fetching import look
from accounts.records import OrderBook
from accounts.sessions import SessionStore
ends = timezone.now() + timedelta(days=1)
for number in range({BUYERS}):
    buyer = User.objects.create(email=f"buyer{{number}}@shop.example")
    signed_in = {{
        SESSION_KEY: str(buyer.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: buyer.get_session_auth_hash(),
    }}
    data = SessionStore().encode(signed_in)
    Session.objects.create(session_key=f"{{number:032}}", session_data=data, expire_date=ends)
alice = User.objects.get(email="buyer0@shop.example")
assert connect(alice, "{ALICE}").name == "works"
look(alice)
# So long ago that every look asks anew.
OrderBook.objects.update(fetched_at="2026-01-01T00:00Z")
"""


def make_people(shop: Shop) -> None:
    """Make buyers who have signed in; the first has a key, and orders that were seen."""
    shop.run("shell", "--no-imports", "-c", PEOPLE)


def session_of(number: int) -> dict[str, str]:
    """Return the cookie of a buyer who has signed in."""
    return {"sessionid": f"{number:032}"}


def browse(origin: str) -> requests.Response:
    return get(f"{origin}/beats/?sort=popular&genre=2")


def search(origin: str) -> requests.Response:
    return get(f"{origin}/search/?q=nights")


def producer(origin: str) -> requests.Response:
    return get(f"{origin}/producers/")


def player(origin: str) -> requests.Response:
    answer = get(f"{origin}/beats/1/")
    if answer.ok:
        assert Elements(answer.text).all("button", data_play="")
    return answer


def sign_in(origin: str) -> requests.Response:
    """Try a wrong password: that reads the user, and a session if there is one."""
    with requests.Session() as session:
        form = session.get(f"{origin}/account/login/", timeout=PATIENCE)
        if form.status_code != 200:
            return form
        token = Elements(form.text).all("input", name="csrfmiddlewaretoken")[0]["value"]
        fields = {"csrfmiddlewaretoken": token, "login": "alice@shop.example", "password": "wrong"}
        return session.post(f"{origin}/account/login/", data=fields, timeout=PATIENCE)


def sign_up(origin: str, *, told: bool = True) -> requests.Response:
    """Make an account, which sends a mail: where it is known that it can't be sent the page says so."""
    with requests.Session() as session:
        form = session.get(f"{origin}/account/signup/", timeout=PATIENCE)
        if form.status_code != 200:
            return form
        token = Elements(form.text).all("input", name="csrfmiddlewaretoken")[0]["value"]
        email = f"{uuid.uuid4().hex}@shop.example"
        fields = {"csrfmiddlewaretoken": token, "email": email, "password1": "a long pass phrase"}
        answer = session.post(f"{origin}/account/signup/", data=fields, timeout=PATIENCE)
        assert not answer.ok or ("The mail could not be sent" in answer.text) == told
        return answer


def orders(origin: str) -> requests.Response:
    """Look at the orders of somebody who signed in and saw them before: still signed in, they still see them."""
    answer = requests.get(f"{origin}/orders/", cookies=session_of(0), allow_redirects=False, timeout=PATIENCE + ASKED)
    assert not answer.ok or 'class="order"' in answer.text
    return answer


def connect(origin: str, *, works: bool = True) -> requests.Response:
    """Connect a key, as somebody who has not; where BeatConnect is out of order the page says so."""
    with requests.Session() as session:
        session.cookies.update(session_of(next(_newcomers)))
        url = f"{origin}/account/beatconnect/"
        form = session.get(url, timeout=PATIENCE)
        if form.status_code != 200:
            return form
        token = Elements(form.text).all("input", name="csrfmiddlewaretoken")[0]["value"]
        # Two keys: what was in the way of one stays there for a while.
        fields = {"csrfmiddlewaretoken": token, "key": CAROL if works else BOB}
        answer = session.post(url, data=fields, timeout=PATIENCE + ASKED)
        problems = Elements(answer.text).all("p", class_="problem")
        assert not answer.ok or bool(problems) != works
        return answer


def webhook(origin: str) -> requests.Response:
    body = body_of("beat.updated", {"id": 1})
    return requests.post(origin + ADDRESS, data=body, headers=signed(body), timeout=PATIENCE)


def health(origin: str) -> requests.Response:
    assert get(f"{origin}/livez").status_code == 200
    return get(f"{origin}/readyz")


def get(url: str) -> requests.Response:
    return requests.get(url, timeout=PATIENCE)
