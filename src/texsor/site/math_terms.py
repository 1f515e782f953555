r"""Numbers on the terms of a formula: ``\log`` with a raised ② before it, and every space as it is without numbers.

Whatever is put into TeX before a sign changes the space around it. So the formula is drawn twice: once with an empty
group before each term, only to learn which glyph the term begins with, and once plain; the plain one gets the numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import TypeAlias
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from docutils import nodes

from texsor.errors import NotSupported

Mark: TypeAlias = tuple[int, int, int]
"""Where a term's sign starts and ends in the TeX, and the term's number."""

MARKS = "texsor_marks"
"""The attribute of a math node that holds its marks."""

LEAVES = {"mi", "mo", "mn", "mtext", "ms"}
INVISIBLE = {None, "", "\u2061", "\u2062", "\u2063", "\u2064", "\u200b"}
SCRIPTED = {"msub", "msup", "msubsup", "munder", "munderover"}
POINTER = "texsor-at-"
NUMBERED = re.compile(r'<mrow>(<mpadded [^>]*><mtext class="texsor-number texsor-term-(\d+)">)')
TOKEN = re.compile(r"\s*(\\[A-Za-z]+|\\.|[^{}\s])")


def circled(number: int) -> str:
    """A number in a circle, as far as Unicode has them.

    >>> circled(1), circled(21), circled(50), circled(51)
    ('①', '㉑', '㊿', '(51)')
    """
    for last, before_first in ((20, 0x245F), (35, 0x323C), (50, 0x328D)):
        if number <= last:
            return chr(before_first + number)
    return f"({number})"


def point(tex: str, marks: tuple[Mark, ...]) -> str:
    r"""Put an empty group with the number as its class before each sign.

    >>> print(point(r"K^\top", ((1, 6, 2),)))
    K^{\class{texsor-at-2}{}\top}
    """
    inserts = list[tuple[int, str]]()
    for start, end, number in marks:
        pointer = rf"\class{{{POINTER}{number}}}{{}}"
        at, stop = argument(tex, start, end)
        inserts += [(at, pointer)] if stop is None else [(at, "{" + pointer), (stop, "}")]
    return insert(tex, inserts)


def insert(tex: str, inserts: list[tuple[int, str]]) -> str:
    """Put texts at their offsets; where one group ends and another starts, the brace that ends goes first."""
    for at, text in sorted(inserts, key=lambda one: (one[0], not one[1].startswith("}")), reverse=True):
        tex = tex[:at] + text + tex[at:]
    return tex


def marks_of(node: nodes.Element) -> tuple[Mark, ...]:
    """The marks of a math node."""
    found: Sequence[Mark] = node.get(MARKS, ())
    return tuple((int(start), int(end), int(number)) for start, end, number in found)


def argument(tex: str, start: int, end: int) -> tuple[int, int | None]:
    """Where a group can go, and where a brace must close: a script without braces takes one token only."""
    if tex[start] in "^_":
        found = TOKEN.match(tex, start + 1)
        return (found.start(1), found.end(1)) if found else (tex.index("{", start) + 1, None)
    return (start, end if tex[:start].rstrip()[-1:] in ("^", "_") else None)


def number_terms(plain: str, pointed: str) -> str:
    """Set the numbers, which the second drawing points out, into the first.

    :raises NotSupported: the two drawings differ in more than the pointers.
    """
    root, guide = ElementTree.fromstring(plain), ElementTree.fromstring(pointed)
    leaves, guides = list(_leaves(root)), list(_leaves(guide))
    if [leaf.text for leaf in leaves] != [leaf.text for leaf in guides]:
        raise not_numbered()
    twins = dict(zip(guides, leaves, strict=True))
    glyphs = [(_twin(root, sign, twins), number) for number, sign in _pointed_out(guide)]
    for glyph, number in glyphs:
        _set_number(root, _bare(glyph), number)
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def name_terms(mathml: str, name: str) -> str:
    """Write on each numbered part, number and scripts included, which term of which formula it is."""
    return NUMBERED.sub(lambda found: f'<mrow data-texsor-term="{escape(name)}:{found[2]}">{found[1]}', mathml)


def not_numbered() -> NotSupported:
    """The refusal where a number would take the place of an argument."""
    return NotSupported("the terms of this formula cannot be numbered", remedy="write every argument in braces")


def _pointed_out(guide: Element) -> Iterator[tuple[int, Element]]:
    """Each number with what stands behind its pointer."""
    above = _parents(guide)
    for pointer in guide.iter():
        if pointer.get("class", "").startswith(POINTER):
            yield int(pointer.get("class", "").removeprefix(POINTER)), _in_row(next(_behind(pointer, above)))


def _behind(element: Element, above: dict[Element, Element]) -> Iterator[Element]:
    """What follows an element, nearest first, and has ink."""
    while element in above:
        siblings = list(above[element])
        yield from (other for other in siblings[siblings.index(element) + 1 :] if _first(other) is not None)
        element = above[element]


def _twin(root: Element, sign: Element, twins: dict[Element, Element]) -> Element:
    """The element of the plain drawing: it begins with the same leaf, has the same name and is as deep."""
    leaf = next(_leaves(sign))
    depth = sum(part.tag == sign.tag and _first(part) is leaf for part in sign.iter())
    above, twin = _parents(root), twins[leaf]
    alike = [twin] if twin.tag == sign.tag else []
    while twin in above and _first(above[twin]) is twins[leaf]:
        twin = above[twin]
        alike += [twin] if twin.tag == sign.tag else []
    return alike[depth - 1]


def _bare(element: Element) -> Element:
    """A sign without its scripts and limits; an accent stays on."""
    while element.tag in SCRIPTED | {"mrow"}:
        element = element[0] if element.tag in SCRIPTED else _in_row(element)
    return element


def _set_number(root: Element, glyph: Element, number: int) -> None:
    """Put the number, raised, before a sign and all of its scripts, so that no limit moves."""
    name = f"texsor-term-{number}"
    glyph.set("class", f"{glyph.get('class', '')} {name}".strip())
    above = _parents(root)
    parent = above[glyph]
    while parent.tag in SCRIPTED and parent[0] is glyph:
        glyph, parent = parent, above[parent]
    raised = Element("mpadded", {"voffset": "0.65em", "height": "1.3em"})
    ElementTree.SubElement(raised, "mtext", {"class": f"texsor-number {name}"}).text = circled(number)
    both = Element("mrow")
    parent[list(parent).index(glyph)] = both
    both.extend([raised, glyph])


def _in_row(element: Element) -> Element:
    """What a row begins with, spaces aside."""
    while element.tag == "mrow":
        element = next(child for child in element if _first(child) is not None)
    return element


def _leaves(element: Element) -> Iterator[Element]:
    """The elements that draw something, in order."""
    return (leaf for leaf in element.iter() if leaf.tag in LEAVES and leaf.text not in INVISIBLE)


def _first(element: Element) -> Element | None:
    return next(_leaves(element), None)


def _parents(root: Element) -> dict[Element, Element]:
    return {child: parent for parent in root.iter() for child in parent}
