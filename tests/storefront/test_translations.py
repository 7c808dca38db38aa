"""Every string is marked, every mark is translated, and no translation loses a figure or a link."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.template import engines
from django.test import Client
from django.utils.translation import trans_real
from pytest_django import fixtures

from catalog.models.mirror import Beat, Genre, Producer
from catalog.templatetags.catalog_kept import cards_kept
from tests.pages import Node, read
from tests.sandbox import Sandbox

CODES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
# What Python, Django's templates and our own scripts fill in.
PLACES = re.compile(r"%\(\w+\)[sd]|%[sd12]|\{\w+\}")
MARKUP = re.compile(r"</?\w+[^>]*>")


def path_of(code: str, kind: str) -> Path:
    return settings.LOCALE_PATHS[0] / code / "LC_MESSAGES" / f"django.{kind}"


def catalogue(code: str) -> Catalog:
    with path_of(code, "po").open("rb") as file:
        return read_po(file, locale=code)


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def said(catalogue: Catalog) -> set[tuple[str, ...]]:
    """Return each message with its context and translation; a compiled catalogue writes some of it in other types."""
    found = set()
    for message in messages(catalogue):
        context = message.context.decode() if isinstance(message.context, bytes) else message.context
        found.add((context or "", *forms(message.id), *forms(message.string)))
    return found


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


@pytest.mark.parametrize("code", CODES)
def test_everything_is_translated_and_nothing_only_guessed(code: str) -> None:
    plurals = int(re.search(r"nplurals=(\d)", catalogue(code).plural_forms)[1])
    for message in messages(catalogue(code)):
        assert not message.fuzzy, message.id
        assert all(form.strip() for form in forms(message.string)), message.id
        if message.pluralizable:
            assert len(message.string) == plurals, message.id


@pytest.mark.parametrize("code", CODES)
def test_a_translation_keeps_what_is_filled_in_and_what_is_linked(code: str) -> None:
    for message in messages(catalogue(code)):
        # One may be written out: "one beat".
        meant = set(PLACES.findall(forms(message.id)[-1]))
        for form in forms(message.string):
            found = set(PLACES.findall(form))
            assert found == meant or (message.pluralizable and found < meant), message.id
            assert sorted(MARKUP.findall(form)) == sorted(MARKUP.findall(forms(message.id)[-1])), message.id
            # The narrow space that French keeps before a colon is part of its words.
            assert form.startswith(" ") == forms(message.id)[-1].startswith(" "), message.id
            assert form.endswith(" ") == forms(message.id)[-1].endswith(" "), message.id


@pytest.mark.parametrize("code", CODES)
def test_what_is_compiled_is_what_is_written(code: str) -> None:
    with path_of(code, "mo").open("rb") as file:
        assert said(read_mo(file)) == said(catalogue(code)), "run `make messages`"


def test_the_catalogues_hold_what_the_code_says(tmp_path: Path, settings: fixtures.Settings) -> None:
    if not shutil.which("xgettext"):
        without = pytest.fail if os.environ.get("SKIP_NOTHING") == "1" else pytest.skip
        without("xgettext is not installed (Debian's package gettext)")
    kept = {code: catalogue(code) for code in CODES}
    settings.LOCALE_PATHS = [tmp_path]
    call_command("makemessages", locale=["fr"], ignore_patterns=[".venv", "var", "staticfiles"], verbosity=0)
    with (tmp_path / "fr" / "LC_MESSAGES" / "django.po").open("rb") as file:
        marked = {(message.context, str(message.id)) for message in messages(read_po(file, locale="fr"))}
    for code in CODES:
        held = {(message.context, str(message.id)) for message in messages(kept[code])}
        assert held == marked, f"run `make messages`, and translate {code}"


# --- What nobody marked -----------------------------------------------------------------------------------

PAGES = [
    "/",
    "/beats/?genre=2&bpm_min=90&bpm_max=130",
    "/beats/?genre=2&producer=999999",
    "/beats/?page=99",
    "/beats/253/",
    "/genres/",
    "/genres/2/",
    "/producers/",
    "/producers/?q=zzz",
    "/producers/5001/",
    "/producers/5001/-/check/",
    "/search/?q=piano",
    "/search/?q=harmatan",
    "/search/",
    "/nowhere/",
    "/embed/beats/5/",
    "/embed/producers/5001/",
]
SEARCHED = ("piano", "harmatan", "harmattan", "zzz")
SPOKEN = ("aria-label", "title", "placeholder", "alt", "content")
# Names, and what musicians and banks write the same in every language.
NAMES = "|".join(
    [r"BeatConnect( Beats)?", "BPM", "oEmbed", "Atom", "M3U", "RSS", "Camelot", r"US\$"]
    + [name for _, name in settings.LANGUAGES]
    + [r"[A-G][♯♭#b]?m?( major| minor)?"]
)


def forget_words() -> None:
    """Let pages be made of the words that are on disk now: a process keeps parts of them, in each language."""
    trans_real._translations.clear()
    cards_kept.clear()
    engines["django"].engine.template_loaders[0].reset()


@pytest.fixture
def marked(tmp_path: Path, settings: fixtures.Settings) -> Iterator[None]:
    """Swahili as a language that puts every marked string in brackets."""
    brackets = Catalog(locale="sw")
    for message in messages(catalogue("sw")):
        strings = tuple(f"⟦{form}⟧" for form in forms(message.id))
        brackets.add(message.id, strings if message.pluralizable else strings[0], context=message.context)
    target = tmp_path / "sw" / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, brackets)
    kept = trans_real._translations.copy()
    settings.LOCALE_PATHS = [tmp_path]
    forget_words()
    yield
    forget_words()
    trans_real._translations.update(kept)


def texts(node: Node) -> Iterator[str]:
    """Return what is said to people, in its order; what the catalogue says stands in <bdi>, or in its rows."""
    if node.tag in {"bdi", "script", "style", "time", "code", "textarea"}:
        return
    if node.tag != "meta" or node.attributes.get("name") == "description":
        yield from (node[name] for name in SPOKEN if name in node.attributes)
    for child in node.children:
        if isinstance(child, str):
            yield child
        else:
            yield from texts(child)


def from_the_catalogue() -> list[str]:
    """Return what the catalogue's own people wrote, the longest first."""
    told = [
        *Beat.objects.values_list("title", "key", "producer_name"),
        *Producer.objects.values_list("name", "bio", "location"),
    ]
    written = {text for row in told for text in row if text} | set(Genre.objects.values_list("name", flat=True))
    return sorted(written, key=len, reverse=True)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_every_string_is_marked(client: Client, shop: Sandbox, marked: None, path: str) -> None:
    said = "\n".join(texts(read(client.get(f"/sw{path}", follow=True))))
    while "⟦" in said:
        said, shorter = re.sub(r"⟦[^⟦⟧]*⟧", "", said), said
        assert said != shorter, "a bracket that nothing closes"
    for name in [*from_the_catalogue(), *SEARCHED]:
        said = said.replace(name, "")
    unmarked = [line for line in re.sub(NAMES, "", said).split("\n") if re.search(r"[^\W\d_]{2}", line)]
    assert not unmarked
