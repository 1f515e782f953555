"""What every part of a formula is, and the parts that nothing is inside of."""

from __future__ import annotations

from dataclasses import dataclass, field

from texsor.formula.source import Span

NOWHERE = Span(0, 0)


@dataclass(frozen=True)
class Node:
    """Any part of a formula."""

    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)
    """The text of this part."""
    head: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)
    """The glyphs that a term for this part names: the Σ of a sum, the − of a difference."""


@dataclass(frozen=True)
class Number(Node):
    """A numeral."""

    text: str
    """Its digits, as written: ``12`` or ``0.5``."""


@dataclass(frozen=True)
class Symbol(Node):
    r"""A name with its indices: ``\hat{y}_{n,t_n}``."""

    name: str
    r"""The name in canonical LaTeX, accents and primes included: ``\hat{y}``, ``N``, ``\mathrm{PPL}``."""
    label: str = ""
    r"""An upright subscript that belongs to the name: ``\mathrm{CE}`` in ``L_{\mathrm{CE}}``."""
    indices: tuple[Node, ...] = ()
    """One entry for each of the first axes, in order."""
    superscript: str = ""
    r"""A superscript that belongs to the name: ``(t)`` in ``x^{(t)}``, ``*`` in ``\theta^{*}``."""


@dataclass(frozen=True)
class Group(Node):
    """Something in printed brackets."""

    body: Node
    """What stands between them."""
    bracket: str = "("
    r"""The opening bracket: ``(``, ``[`` or ``\{``."""


@dataclass(frozen=True)
class Arguments(Node):
    """Several parts between brackets: what a function is applied to, or what a list enumerates."""

    entries: tuple[Node, ...]
    """The parts, in order."""
    bracket: str = "("
    r"""The opening bracket: ``(``, ``[`` or ``\{``."""
    marks: tuple[str, ...] = ()
    r"""What stands between the parts, one fewer: ``,``, ``;``, ``\mid`` or ``\|``."""


@dataclass(frozen=True)
class Hole(Node):
    """The operand that a term leaves out; never part of a formula."""
