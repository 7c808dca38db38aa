"""Style sheets say start and end, not left and right: a page that is read from the right needs no sheet of its own."""

import re
from pathlib import Path

import pytest
from django.conf import settings

SHEETS = sorted((settings.BASE_DIR / "static" / "css").rglob("*.css"))
# Four values of which the second and the fourth differ are a left and a right in disguise.
_FOUR = re.compile(r"(?<![\w-])(?:inset|margin|padding|border-width):\s*([^;{}]+?)\s*(?:!important)?;")
_SIDED = re.compile(
    r"(?<![\w-])(?:left|right|float|clear)\s*:|(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b|"
    r"text-align:\s*(?:left|right)|border-(?:top|bottom)-(?:left|right)-radius"
)
# A hole in a screen is where it is, whatever is read there.
_HARDWARE = re.compile(r"[^;{}]*env\(safe-area-inset-[^;{}]*")


def values(declared: str) -> list[str]:
    """Split what a property holds at the spaces outside brackets."""
    parts, depth = [""], 0
    for sign in declared:
        depth += (sign == "(") - (sign == ")")
        if sign.isspace() and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part for part in parts if part]


def one_sided(css: str) -> list[str]:
    css = _HARDWARE.sub("", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    css = re.sub(r'\[dir="rtl"\][^{}]*\{[^{}]*\}', "", css)
    disguised = [found.group() for found in _FOUR.finditer(css) if differ(values(found.group(1)))]
    return disguised + [found.group() for found in _SIDED.finditer(css)]


def differ(sides: list[str]) -> bool:
    return len(sides) == 4 and sides[1] != sides[3]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_sheet_knows_left_and_right(sheet: Path) -> None:
    assert one_sided(sheet.read_text()) == []


def test_that_check_sees_what_it_looks_for() -> None:
    for css in (
        "a { margin-left: 1px; }",
        "a { inset: auto 0 0 auto; }",
        "a { padding: 1px calc(2px + 1px) 3px 4px; }",
    ):
        assert one_sided(css), css
    for css in ("a { inset: auto 0 0; }", "a { padding: 0 4px 8px 4px; }", "a { background-position: left; }"):
        assert not one_sided(css), css
