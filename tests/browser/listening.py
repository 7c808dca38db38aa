"""What the music does: whether it plays, from where, and whether it was ever interrupted."""

from playwright.sync_api import Locator, Page, expect

# "emptied" and "loadstart" tell of a new beginning, "pause" of a break; a swap must cause none of them.
_LISTEN = """() => {
  window.theAudio = document.querySelector("audio");
  window.breaks = [];
  for (const name of ["emptied", "loadstart", "pause", "ended", "error", "seeking"]) {
    theAudio.addEventListener(name, () => breaks.push(name));
  }
}"""
_STILL = """() => ({
  elements: document.querySelectorAll("audio").length,
  same: document.querySelector("audio") === window.theAudio,
  paused: theAudio.paused,
  breaks,
})"""
_UNBROKEN = {"elements": 1, "same": True, "paused": False, "breaks": []}


def play(page: Page, button: Locator) -> None:
    """Press a play button and wait until the music is there."""
    button.click()
    expect(page.locator("#player")).to_have_attribute("data-state", "playing")


def listen(page: Page) -> None:
    """Notice from now on whatever interrupts the music."""
    page.evaluate(_LISTEN)


def position(page: Page) -> float:
    """Return the second that is being heard."""
    second: float = page.evaluate("audio.currentTime")
    return second


def assert_goes_on(page: Page, since: float) -> float:
    """Check that the music plays on, past `since` and without a break since `listen`; return where it is now."""
    now = position(page)
    assert page.evaluate(_STILL) == _UNBROKEN
    assert now > since
    return now


def beat_heard(page: Page) -> int:
    """Return the id of the beat whose preview the audio element holds."""
    source: str = page.evaluate("audio.src")
    return int(source.rpartition("/")[2].removesuffix(".mp3"))


def previews_asked(page: Page) -> list[str]:
    """Return a list that from now on fills with the addresses of previews that the page asks for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/audio/" in request.url else None)
    return asked
