"""Tells a swapped part of a page from what stayed, and waits for swaps as a person would: until they are done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator, Page

PATIENCE = 10_000  # ms that anything on a page may take, on a machine that is busy with other things

# A promise and not wait_for_function, which needs an eval that the policy forbids.
_AWAIT = """([event, part, patience]) => {
  window.arrived = new Promise((arrive, giveUp) => {
    setTimeout(giveUp, patience, `no ${event} of ${part}`);
    document.addEventListener(event, function hear({ target }) {
      if (part && target.id !== part) return;
      arrive(true);
      document.removeEventListener(event, hear);
    });
  });
}"""
_DRAWN = """async (image) => {
  if (!image.complete) await new Promise((arrive) => (image.onload = image.onerror = arrive));
  return image.naturalWidth;
}"""
_PICTURE = """() => ({
  address: location.pathname + location.search,
  title: document.title,
  heading: document.querySelector("h1").textContent.trim(),
  mains: document.querySelectorAll("main").length,
  tab: document.querySelector(".site-nav [aria-current]")?.textContent ?? "",
  count: document.querySelector("#results-count")?.textContent.trim() ?? "",
  beats: [...document.querySelectorAll("main [data-beat]")].map((card) => card.dataset.beat),
  ticks: [...document.querySelectorAll("main :checked")].map((field) => `${field.id}${field.value}`),
  chips: [...document.querySelectorAll(".chip")].map((chip) => chip.textContent.trim()),
  links: [...document.querySelectorAll("main a")].map((link) => link.href),
})"""


@contextmanager
def swapped(page: Page, part: str) -> Iterator[None]:
    """Wait until what is done meanwhile has filled the element with this id; a full page load never does."""
    page.evaluate(_AWAIT, ["htmx:afterSettle", part, PATIENCE])
    yield
    assert page.evaluate("() => window.arrived"), "the page was loaded anew"


@contextmanager
def restored(page: Page) -> Iterator[None]:
    """Wait until Back or Forward has brought a page back without loading it."""
    page.evaluate(_AWAIT, ["htmx:historyRestore", "", PATIENCE])
    yield
    assert page.evaluate("() => window.arrived"), "the page was loaded anew"


def drawn(picture: Locator) -> int:
    """Wait until a picture has been fetched; return its own width in pixels, 0 if it can't be shown."""
    width: int = picture.evaluate(_DRAWN)
    return width


def click_to(page: Page, address: str) -> None:
    """Click a link of the page's own that leads to an address of ours; it stands for whatever link leads there."""
    page.evaluate("to => { const a = document.querySelector('.brand'); a.href = to; htmx.process(a); }", address)
    page.locator(".brand").click()


def back(page: Page) -> None:
    with restored(page):
        page.evaluate("history.back()")


def forget_pages(page: Page) -> None:
    """Let Back find nothing kept, as after ten more pages."""
    page.evaluate("sessionStorage.removeItem('htmx-history-cache')")


def back_to_forgotten(page: Page) -> None:
    """Go back to a page that has to be asked for again."""
    forget_pages(page)
    with swapped(page, "main"):
        page.evaluate("history.back()")


def forward(page: Page) -> None:
    with restored(page):
        page.evaluate("history.forward()")


def mark(page: Page, *selectors: str) -> None:
    """Remember which elements stand on the page now."""
    page.evaluate("names => names.forEach((name) => (document.querySelector(name).stayed = true))", selectors)


def stayed(page: Page, *selectors: str) -> list[bool]:
    """Tell of each selector whether it still finds the element that was marked."""
    answer: list[bool] = page.evaluate(
        "names => names.map((name) => Boolean(document.querySelector(name).stayed))", selectors
    )
    return answer


def picture(page: Page) -> dict[str, Any]:
    """Return what makes two views of a page the same view."""
    answer: dict[str, Any] = page.evaluate(_PICTURE)
    return answer


def cards(page: Page) -> list[int]:
    """Return the ids of the beats shown, in their order."""
    return [int(number) for number in picture(page)["beats"]]
