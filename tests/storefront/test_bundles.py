"""Bundles: small files joined, and joined anew when one of them changes."""

import re
from pathlib import Path

import brotli
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
    styles = {
        "css/components/status.css",
        "css/components/account.css",
        "css/components/orders.css",
        "css/styleguide.css",
    }
    assert there - bundled == styles | {"js/passkeys.js"}


def test_all_our_scripts_together_weigh_at_most_12_kb() -> None:
    weights = [len(brotli.compress(found(path).read_bytes())) for path in BUNDLES if path.endswith(".js")]
    assert sum(weights) <= 12_000


def test_a_bundle_changes_with_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = found("css/site.css").read_text()
    with monkeypatch.context() as patch:
        patch.setitem(BUNDLES, "css/site.css", ["css/tokens.css"])
        assert len(found("css/site.css").read_text()) < len(whole)
    assert found("css/site.css").read_text() == whole


# What the minifier would put in another order if it were let: shrink() keeps it apart, but only at the start of a line.
_HIDDEN_PATTERN = re.compile(
    r"(\S.*;\s*(const|let|var) ?[\[{])|((const|let|var) [^;{}()]*=[^;]*,\s*[\[{][\w\s,:]*[\]}]\s*=[^=>])"
)


@pytest.mark.parametrize("path", [path for path in BUNDLES if path.endswith(".js")])
def test_no_script_takes_apart_where_shrinking_could_reorder_it(path: str) -> None:
    assert [line for line in source(path).splitlines() if _HIDDEN_PATTERN.search(line)] == []


def test_that_check_sees_what_it_looks_for() -> None:
    assert _HIDDEN_PATTERN.search("const a = f(); const [b] = g();")
    assert _HIDDEN_PATTERN.search("const a = f(), [b] = g();")
    assert not _HIDDEN_PATTERN.search("const a = f();")
