"""What a symbol is, and what each of its indices does."""

from __future__ import annotations

from texsor.check.evaluate_bindings import bare
from texsor.check.evaluate_plan import Env, Index, Plan
from texsor.formula.nodes import Big, Group, Minus, Node, Number, Plus, Symbol, walk
from texsor.formula.printing import to_latex


class Symbols:
    """Reads symbols."""

    def __init__(self, made: Plan) -> None:
        self.plan = made
        self.bindings = made.bindings
        self.source = made.formula.source
        self.pending: list[Symbol] = []

    def read(self, node: Node, env: Env) -> None:
        """A node in whose place a number is wanted."""
        raise NotImplementedError

    def big(self, node: Big, env: Env) -> None:
        """A sign with its indices."""
        raise NotImplementedError

    def symbol(self, node: Symbol, env: Env) -> None:
        """A symbol: an index that counts, a constant, or a tensor with its axes."""
        name = self.bindings.name_of(node)
        if bare(node) in env and not node.indices:
            self.use_number(env[bare(node)], node)
        elif name is None and node.indices:
            raise self.bindings.unbound(node)
        elif name is None:
            self.pending.append(node)
        elif name == bare(node) and node.indices:
            self.axes(node, name, env)
        elif node.indices and any(isinstance(part, Symbol) and bare(part) in env for part in walk(node)):
            what = f"{name} is bound as one name, and its index runs here"
            raise self.source.invalid(node.span, what, f"bind {bare(node)}, without indices")
        else:
            self.bindings.tensor(name, node)

    def axes(self, node: Symbol, name: str, env: Env) -> None:
        """Each subscript names an axis."""
        shape = self.bindings.tensor(name, node).shape
        if len(shape) < len(node.indices):
            what = f"{name} has {len(shape)} axes {tuple(shape)}, and {to_latex(node)} names {len(node.indices)}"
            raise self.source.invalid(node.span, what, "write one index for each axis; fewer leave an array")
        for axis, (index, size) in enumerate(zip(node.indices, shape, strict=False), start=1):
            if isinstance(index, Symbol) and bare(index) in env and not index.indices:
                self.use_position(env[bare(index)], index)
                self.use_size(env[bare(index)], size, f"{name} (axis {axis})", index)
            else:
                self.position(index, env)

    def position(self, node: Node, env: Env) -> None:
        """A subscript: an index, an integer tensor, or one of them shifted by a whole number."""
        match node:
            case Group():
                self.position(node.body, env)
            case Symbol():
                self.lookup(node, env)
            case Plus() | Minus() if self.constant(node.right, env):
                self.position(node.left, env)
                self.read(node.right, env)
            case Big() if node.operator.startswith("arg"):
                self.big(node, env)
            case Number(text="0"):
                pass
            case Number():
                what = f"the subscript {node.text} does not say whether counting starts at 0 or 1"
                raise self.source.invalid(node.span, what, "bind a name with this subscript, or an index tensor")
            case _:
                raise self.source.not_yet(
                    node.span, "a subscript is an index, an integer tensor, or one of them ± a whole number"
                )

    def lookup(self, node: Symbol, env: Env) -> None:
        """A symbol in a subscript: an index, or integers to look up."""
        if bare(node) in env and not node.indices:
            self.use_position(env[bare(node)], node)
            return
        name = self.bindings.name_of(node)
        if name is None and node.indices:
            raise self.bindings.unbound(node)
        if name is None:
            raise self.stray_index(node)
        tensor = self.bindings.tensor(name, node)
        if tensor.is_floating_point():
            what = f"{name} stands in a subscript and holds {tensor.dtype}"
            raise self.source.invalid(node.span, what, "bind integers, such as class numbers")
        self.symbol(node, env)

    def stray_index(self, node: Symbol) -> Exception:
        """The refusal of an index that nobody introduces."""
        remedy = "sum over it, write it on the left side, or bind it to integers"
        return self.source.invalid(node.span, f"the index {bare(node)} is free on the right side only", remedy)

    def constant(self, node: Node, env: Env) -> bool:
        """Whether a shift is a whole number that does not run."""
        if isinstance(node, Number):
            return node.text.isdigit()
        if not isinstance(node, Symbol) or node.indices or bare(node) in env:
            return False
        name = self.bindings.name_of(node)
        if name is None:
            raise self.bindings.unbound(node)
        tensor = self.bindings.tensor(name, node)
        return tensor.dim() == 0 and not tensor.is_floating_point()

    def use_position(self, index: Index, node: Node) -> None:
        """Note that an index is a position."""
        index.position = index.position or node
        self.both_ways(index, node)

    def use_number(self, index: Index, node: Node) -> None:
        """Note that an index is a number."""
        index.number = index.number or node
        self.both_ways(index, node)

    def both_ways(self, index: Index, node: Node) -> None:
        """Refuse an index whose origin would matter in one place and not in another."""
        if index.position is not None and index.number is not None:
            what = f"{index.name} is a position in one place and a number in another"
            raise self.source.invalid(node.span, what, "bind the numbers to a symbol of their own")

    def use_size(self, index: Index, size: int, who: str, node: Node) -> None:
        """Note how long an axis is; refuse two lengths."""
        if index.size is None:
            index.size, index.sized_by = size, who
        elif index.size != size:
            what = f"{index.name} runs over {index.size} values in {index.sized_by} and over {size} in {who}"
            raise self.source.invalid(node.span, what, "use two letters, or bind tensors that fit")
