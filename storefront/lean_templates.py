"""Loads templates for pages that cost little: less to send, less to render. Both once a process, not once a page."""

import re

from django.template import Origin, Template
from django.template.loaders import base, cached, filesystem

from storefront.constant_parts import join

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Unindented(filesystem.Loader):
    """Leaves out our own templates' indentation: it is for us, and a twelfth of what a phone would pay for a page.

    Only what we wrote is touched, never what a page prints into it; lines keep their numbers, so that errors still tell
    where they are.
    """

    def get_contents(self, origin: Origin) -> str:
        return INDENTATION.sub("", super().get_contents(origin))


class _Joining(base.Loader):
    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        join(template.nodelist)
        return template


class Loader(cached.Loader, _Joining):
    """Keeps the compiled templates, their constant parts joined; takes loaders as Django's cached loader does."""
