"""What symbols are bound to: names in LaTeX on one side, tensors and numbers on the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import torch

from texsor.check.evaluate_value import reach_of
from texsor.formula.nodes import Formula, Node, Symbol
from texsor.formula.parsing import canonical, vocabulary_of
from texsor.formula.printing import to_latex
from texsor.formula.vocabulary import Vocabulary

CONSTANTS = {"e": 2.718281828459045, r"\pi": 3.141592653589793, r"\infty": float("inf")}
"""Letters that mean a number unless something is bound to them."""


def bare(symbol: Symbol) -> str:
    """A symbol's name with its label and superscript and without its indices."""
    return to_latex(Symbol(symbol.name, symbol.label, superscript=symbol.superscript))


Function = Callable[..., torch.Tensor]
"""What a name may be bound to that is no number: it is called with float64 tensors and gives one."""

REGISTERED: dict[str, Function] = {}
"""Functions that a project made known to every formula, by canonical name."""


def vocabulary(where: Mapping[str, object]) -> Vocabulary:
    """What the bindings say of a formula's names before it is read."""
    bound = {canonical(name) for name in where}
    functions = [name for name, given in where.items() if is_function(given)]
    functions += [name for name in REGISTERED if name not in bound]
    return vocabulary_of(where, functions, [name for name, given in where.items() if is_whole(given)])


def is_function(given: object) -> bool:
    """Whether something bound is a function."""
    return callable(given) and not isinstance(given, torch.Tensor)


def is_whole(given: object) -> bool:
    """Whether something bound holds whole numbers, which can be positions."""
    if isinstance(given, torch.Tensor):
        return not given.is_floating_point() and not given.is_complex() and given.dtype != torch.bool
    return isinstance(given, int) and not isinstance(given, bool)


class Bindings:
    """The tensors of one evaluation, by canonical name."""

    def __init__(self, formula: Formula, where: Mapping[str, object]) -> None:
        self.formula = formula
        self.objects = {canonical(name): given for name, given in where.items()}
        self.tensors: dict[str, torch.Tensor] = {}
        self.doubles: dict[str, torch.Tensor] = {}
        self.defined: dict[str, int] = {}
        self.reaches: dict[str, float] = {}
        devices = [given.device for given in where.values() if isinstance(given, torch.Tensor)]
        # Apple's GPUs have no float64.
        self.device = next((found for found in devices if found.type not in ("mps", "meta")), torch.device("cpu"))

    def __contains__(self, name: str) -> bool:
        """Whether something is bound to a canonical name."""
        return name in self.objects

    def name_of(self, symbol: Symbol) -> str | None:
        """The name that a symbol is bound by: with its indices (``d_k``) if so bound, else without; None if neither."""
        whole = to_latex(symbol)
        if whole in self.objects:
            return whole
        name = bare(symbol)
        return name if name in self.objects else None

    def function(self, symbol: Symbol) -> Function | None:
        """The function that a name is bound to; None where it is bound to none."""
        name = self.name_of(symbol)
        given = self.objects[name] if name is not None else None
        return cast(Function, given) if is_function(given) else None

    def tensor(self, name: str, node: Node) -> torch.Tensor:
        """What is bound to a name, as a tensor; refuses what is none."""
        if name not in self.tensors:
            self.tensors[name] = self.convert(name, self.objects[name], node)
        return self.tensors[name]

    def double(self, name: str, node: Node) -> torch.Tensor:
        """The same in float64, converted once; gradients flow back."""
        if name not in self.doubles:
            self.doubles[name] = self.tensor(name, node).to(torch.float64)
        return self.doubles[name]

    def gathered(self, name: str, node: Node) -> torch.Tensor:
        """The same to look single numbers up in, which are cheaper to convert than the whole."""
        return self.doubles[name] if name in self.doubles else self.tensor(name, node)

    def reach(self, name: str, node: Node) -> float:
        """How far the numbers of a bound tensor reach, looked up once."""
        if name not in self.reaches:
            self.reaches[name] = reach_of(self.tensor(name, node))
        return self.reaches[name]

    def convert(self, name: str, given: object, node: Node) -> torch.Tensor:
        """A tensor of a tensor or number."""
        if isinstance(given, (bool, int, float)):
            return torch.tensor(given, dtype=torch.float64 if isinstance(given, float) else torch.int64)
        if is_function(given):
            what = f"{name} is bound to a function, and stands here without brackets"
            raise self.formula.source.invalid(node.span, what, f"write {name}(…)")
        if not isinstance(given, torch.Tensor):
            what = f"{name} is bound to {type(given).__name__}, which is no tensor and no number"
            raise self.formula.source.invalid(node.span, what, "bind a torch.Tensor, an int or a float")
        if given.is_complex() or given.is_sparse or given.is_meta or given.is_quantized:
            what = f"{name} is bound to a tensor of {given.dtype} on {given.device}, {given.layout}"
            raise self.formula.source.not_yet(node.span, what, "bind a dense real tensor that holds values")
        # Autograd cannot keep a tensor that was made in inference mode.
        return (given.clone() if given.is_inference() else given).to(self.device)

    def unbound(self, symbol: Symbol) -> Exception:
        """The refusal of a symbol that nothing is bound to."""
        known = ", ".join(self.objects) or "nothing"
        what = f"{bare(symbol)} is bound to nothing"
        return self.formula.source.invalid(symbol.span, what, f"bind it; bound are: {known}")
