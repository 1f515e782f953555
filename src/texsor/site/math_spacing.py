"""Spaces that TeX sets and Temml does not (The TeXbook, chapter 18), written into the MathML.

Relations and commas in scripts stand close (``n,i``; ``i=1`` under a sum), and a named operator keeps a thin space from
what it follows (``y log x``) but leaves a relation after it its own space only. Leaning letters get room.
"""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

SCRIPTED = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
ROWS = {"math", "mrow", "mtd", "mstyle", "msqrt"}
APPLY = "\u2061"  # Temml writes it after a named operator: <mi>log</mi><mo>&ApplyFunction;</mo><mspace>
THIN_EM = "0.1667em"
# Letters that lean past their width, by how far (in 0.1 em, about): TeX adds it, browsers but Firefox do not.
SLANT = dict.fromkeys("JMNUfΨτ", 1) | dict.fromkeys("FPTWΓΥ", 2) | dict.fromkeys("VY", 3)


def space_like_tex(mathml: str) -> str:
    """Rewrite a ``<math>`` element with TeX's spaces."""
    root = ElementTree.fromstring(mathml)
    for element in list(root.iter()):
        if element.tag in SCRIPTED:
            for script in element[1:]:
                _close_up(script)
        else:
            _make_room_for_slant(element)
        if element.tag in ROWS and not _is_group(element):
            _space_named_operators(element)
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _close_up(script: Element) -> None:
    """Take the spaces from relations, binary operators and commas inside a script."""
    for operator in script.iter("mo"):
        spaced_already = {"lspace", "rspace", "fence", "movablelimits"} & operator.attrib.keys()
        is_sign = operator.get("form") == "prefix"
        if operator is not script and operator.text and operator.text != APPLY and not spaced_already and not is_sign:
            operator.attrib |= {"lspace": "0", "rspace": "0"}


def _make_room_for_slant(parent: Element) -> None:
    """Mark leaning letters for the style sheet, but for those with scripts, which Temml has placed."""
    for letter in parent.findall("mi"):
        if letter.text in SLANT and letter.get("mathvariant") is None:
            letter.set("class", f"{letter.get('class', '')} texsor-slant-{SLANT[letter.text]}".strip())


def _space_named_operators(row: Element) -> None:
    for before, name, after in _neighbours(row):
        parts = list(name) if _is_group(name) else [name, *after[:2]]
        if len(parts) < 2 or not any(map(_is_apply, parts[1:3])):
            continue
        follower = after[0:1] if _is_group(name) else after[2:3]
        if before is not None and _is_ordinary(before) and parts[0].tag != "mspace":
            row.insert(list(row).index(name), Element("mspace", width=THIN_EM))
        if parts[-1].tag == "mspace" and (not follower or _is_relation(follower[0])):
            (name if _is_group(name) else row).remove(parts[-1])


def _neighbours(row: Element) -> list[tuple[Element | None, Element, list[Element]]]:
    children = list(row)
    return [(children[i - 1] if i else None, child, children[i + 1 :]) for i, child in enumerate(children)]


def _is_group(element: Element) -> bool:
    r"""``\log`` comes as a group of its own; with a script, or from ``\operatorname``, its parts lie in the row."""
    return element.tag == "mrow" and len(element) <= 4 and any(map(_is_apply, element[-2:])) and _ends_bare(element)


def _ends_bare(element: Element) -> bool:
    return element[-1].tag == "mspace" or _is_apply(element[-1])


def _is_apply(element: Element) -> bool:
    return element.tag == "mo" and element.text == APPLY


def _is_ordinary(element: Element) -> bool:
    """A letter, number, fraction, closed bracket or sign: not a relation, a space or the end of another operator."""
    if element.tag == "mo":
        return element.get("form") == "prefix" and element.get("fence") is None
    return element.tag != "mspace" and not any(map(_is_apply, element.iter()))


def _is_relation(element: Element) -> bool:
    """An operator sign that brings its own space: neither a sign before a number, nor an opening bracket, nor a sum."""
    return element.tag == "mo" and element.get("form") != "prefix" and "movablelimits" not in element.attrib
