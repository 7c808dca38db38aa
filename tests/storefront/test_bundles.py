"""Bundles: small files joined, and joined anew when one of them changes."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from storefront.bundles import BUNDLES


def found(path: str) -> Path:
    place = finders.find(path)
    assert isinstance(place, str)
    return Path(place)


def source(path: str) -> str:
    return "\n".join((settings.BASE_DIR / "static" / part).read_text() for part in BUNDLES[path])


@pytest.mark.parametrize("path", BUNDLES)
def test_a_bundle_holds_its_parts_and_is_smaller(path: str) -> None:
    text = found(path).read_text()
    for part in BUNDLES[path]:
        words = re.findall(r"[\w-]{12,}", (settings.BASE_DIR / "static" / part).read_text())
        assert any(word in text for word in words), part
    assert len(text) < 0.85 * len(source(path))
    assert "/*" not in text


def test_shrinking_leaves_nested_selectors_what_they_are() -> None:
    assert ":root:not([data-script]) :is([data-play]" in found("css/site.css").read_text()


def test_every_part_is_in_a_bundle_or_linked_by_itself() -> None:
    bundled = {part for parts in BUNDLES.values() for part in parts}
    sources = settings.BASE_DIR / "static"
    there = {str(file.relative_to(sources)) for kind in ("css", "js") for file in (sources / kind).rglob("*.*")}
    assert there - bundled == {"js/theme.js", "js/combobox.js", "js/embed.js", "css/components/status.css"}


def test_a_bundle_changes_with_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = found("css/site.css").read_text()
    with monkeypatch.context() as patch:
        patch.setitem(BUNDLES, "css/site.css", ["css/tokens.css"])
        assert len(found("css/site.css").read_text()) < len(whole)
    assert found("css/site.css").read_text() == whole
