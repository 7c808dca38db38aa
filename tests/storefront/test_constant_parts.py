"""What is rendered once is what would be rendered each time."""

import re

import pytest
from django.conf import settings
from django.template import Context, Engine
from django.template.loader import get_template
from django.test import Client, override_settings
from django.utils import translation

from storefront.constant_parts import ConstantNode, join
from tests.sandbox import Sandbox

PAGES = [
    *("/", "/beats/", "/beats/?genre=1&sort=popular&page=2", "/beats/?bpm_min=300&bpm_max=301", "/genres/"),
    *("/producers/", "/search/?q=lagos", "/favourites/", "/account/login/", "/nowhere/", "/beats/1/"),
]
TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")\w+')


@pytest.fixture
def unjoined() -> override_settings:
    [engine] = settings.TEMPLATES
    [(_, loaders)] = engine["OPTIONS"]["loaders"]
    return override_settings(TEMPLATES=[{**engine, "OPTIONS": {**engine["OPTIONS"], "loaders": loaders}}])


def test_every_page_is_the_same_in_every_language(client: Client, shop: Sandbox, unjoined: override_settings) -> None:
    addresses = [f"{prefix}{page}" for page in PAGES for prefix in ("", "/fr", "/sw")]

    def pages() -> list[tuple[str, bytes]]:
        return [(address, TOKEN.sub(b"", client.get(address).content)) for address in addresses]

    pages()  # one that was kept in another's words would tell in the next round
    joined = pages()
    assert get_template("base.html").template.nodelist.get_nodes_by_type(ConstantNode)
    with unjoined:
        assert not get_template("base.html").template.nodelist.get_nodes_by_type(ConstantNode)
        for (address, page), (_, plain) in zip(joined, pages(), strict=True):
            assert page == plain, address


@pytest.mark.parametrize(
    "constant",
    ['{% translate "Beats" %}', '{% url "home" %}', '{% static "img/icon.svg" %}', '{% heroicon_mini "x-mark" %}'],
)
def test_what_depends_on_the_language_alone_is_joined(constant: str) -> None:
    template = Engine.get_default().from_string(f"<a>{constant}</a>{{{{ name }}}}")
    join(template.nodelist)
    assert [type(node) is ConstantNode for node in template.nodelist] == [True, False]
    for language in ("fr", "en", "fr"):
        with translation.override(language):
            plain = Engine.get_default().from_string(f"<a>{constant}</a>&amp;").render(Context())
            assert template.render(Context({"name": "&"})) == plain


@pytest.mark.parametrize(
    "varying",
    [
        *("{% translate name %}", '{% translate "Beats" as name %}', '{% translate "Beats"|upper %}'),
        *("{% url name %}", '{% url "home" as name %}', '{% url "beat" pk=name %}', "{% static name %}"),
        *('{% static "img/icon.svg" as name %}', "{% heroicon_mini name %}", "{{ name }}", "{% now 'H' %}"),
    ],
)
def test_what_depends_on_more_is_not(varying: str) -> None:
    template = Engine.get_default().from_string(varying)
    before = [*template.nodelist]
    join(template.nodelist)
    assert template.nodelist == before


def test_what_lies_within_is_joined_too() -> None:
    within = '<b>{% translate "Beats" %}</b>'
    source = f"{{% if a %}}{within}{{% else %}}{within}{{% endif %}}{{% for b in c %}}{within}{{% endfor %}}"
    template = Engine.get_default().from_string(source)
    join(template.nodelist)
    assert len(template.nodelist.get_nodes_by_type(ConstantNode)) == 3
    assert template.render(Context({"a": True, "c": "xy"})) == "<b>Beats</b>" * 3
