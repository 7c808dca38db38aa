"""Scripts do in a visitor's browser, shrunk, what their authors wrote, and in that order."""

import pytest
from playwright.sync_api import Page

from storefront.bundles import shrink

_TOLD = """(() => {{
  const order = [];
  const say = (word) => (order.push(word), [word]);
  {script}
  window.told = order.join(" ");
}})();"""


@pytest.mark.parametrize("keyword", ["const", "let", "var"])
def test_what_is_called_first_stays_first(page: Page, keyword: str) -> None:
    script = f"""{keyword} a = say("first");
  {keyword} [b] = say("second");
  {keyword} c = say("third");
  {keyword} {{ length }} = say("fourth");
  say(a + b + c + length);"""
    for text in (script, shrink(".js", _TOLD.format(script=script))):
        page.evaluate(text if "told" in text else _TOLD.format(script=text))
        assert page.evaluate("told") == "first second third fourth firstsecondthird1"
