"""Bundles: small files joined, and joined anew when one of them changes."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from storefront.bundles import BUNDLES


def found(path: str) -> Path:
    place = finders.find(path)
    assert isinstance(place, str)
    return Path(place)


def test_a_bundle_holds_its_parts_in_order() -> None:
    for path, parts in BUNDLES.items():
        text = found(path).read_text()
        places = [text.index((settings.BASE_DIR / "static" / part).read_text()) for part in parts]
        assert places == sorted(places)


def test_every_part_is_in_a_bundle_or_linked_by_itself() -> None:
    bundled = {part for parts in BUNDLES.values() for part in parts}
    sources = settings.BASE_DIR / "static"
    there = {str(file.relative_to(sources)) for kind in ("css", "js") for file in (sources / kind).rglob("*.*")}
    assert there - bundled == {"js/theme.js", "js/embed.js", "css/components/status.css"}


def test_a_bundle_changes_with_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = found("css/site.css").read_text()
    with monkeypatch.context() as patch:
        patch.setitem(BUNDLES, "css/site.css", ["css/tokens.css"])
        assert found("css/site.css").read_text() == (settings.BASE_DIR / "static/css/tokens.css").read_text()
    assert found("css/site.css").read_text() == whole
