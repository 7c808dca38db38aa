"""Renders once what a template says in the same words on every page of a language.

That is its own text, translations of fixed words, addresses and files named outright, and icons: most of any page.
Neighbours among them become one node, which remembers what it said.
"""

from collections.abc import Iterator
from itertools import groupby

from django.conf import settings
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, TextNode
from django.template.defaulttags import IfNode, URLNode
from django.template.library import SimpleNode
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils.translation import get_language
from heroicons.templatetags.heroicons import heroicon_micro, heroicon_mini, heroicon_outline, heroicon_solid

# Tags that say the same whenever they are given the same.
SAME_EACH_TIME = {heroicon_micro, heroicon_mini, heroicon_outline, heroicon_solid}


class ConstantNode(Node):
    """Some nodes that depend on nothing but the language, and where text is escaped, on that."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodelist = NodeList(nodes)
        self.token, self.origin = nodes[0].token, nodes[0].origin
        self.said: dict[tuple[object, ...], str] = {}

    def render(self, context: Context) -> str:
        key = (get_language(), context.autoescape, settings.STATIC_URL, settings.DEBUG)
        said = self.said.get(key)
        if said is None:
            said = self.said[key] = self.nodelist.render(context)
        return said


def join(nodes: NodeList) -> None:
    """Put one node in the place of constant neighbours, here and in all that lies within."""
    joined: list[Node] = []
    for constant, group in groupby(nodes, is_constant):
        neighbours = list(group)
        if constant and not (len(neighbours) == 1 and isinstance(neighbours[0], TextNode)):
            joined.append(ConstantNode(neighbours))
            continue
        for node in neighbours:
            for within in _lists_in(node):
                join(within)
        joined += neighbours
    nodes[:] = joined


def is_constant(node: Node) -> bool:
    """Tell whether a node says the same on every page of a language."""
    match node:
        case TextNode():
            return True
        case TranslateNode(asvar=None, noop=False):
            return _is_fixed(node.filter_expression, node.message_context)
        case URLNode(asvar=None):
            return _is_fixed(node.view_name, *node.args, *node.kwargs.values())
        case StaticNode(varname=None):
            return _is_fixed(node.path)
        case SimpleNode(target_var=None) if not node.takes_context:
            return node.func in SAME_EACH_TIME and _is_fixed(*node.args, *node.kwargs.values())
    return False


def _is_fixed(*said: FilterExpression | None) -> bool:
    """Tell whether all of this is written out in the template."""
    return all(one is None or (not one.filters and (not one.is_var or one.var.literal is not None)) for one in said)


def _lists_in(node: Node) -> Iterator[NodeList]:
    if isinstance(node, IfNode):
        # Its `nodelist` is a copy of them all.
        yield from (nodes for _, nodes in node.conditions_nodelists)
    else:
        yield from (nodes for name in node.child_nodelists if (nodes := getattr(node, name, None)))
