"""Reads a formula once, before any number is computed: what each index does, and how long each axis is."""

from __future__ import annotations

from texsor.check.evaluate_bindings import CONSTANTS, Bindings, bare
from texsor.check.evaluate_loose import loose
from texsor.check.evaluate_plan import Env, Index, Plan
from texsor.check.evaluate_range import settle
from texsor.formula.nodes import Big, Compare, Formula, Group, Minus, Node, Number, Plus, Symbol, children, walk
from texsor.formula.printing import to_latex


def plan(formula: Formula, bindings: Bindings) -> Plan:
    """Resolve every index of a formula, or refuse it."""
    made = Plan(formula, bindings)
    reader = Reader(made)
    first = formula.members[0]
    if len(formula.members) > 1 and isinstance(first, Symbol) and bindings.name_of(first) is None:
        made.left = first
    for symbol in loose(bindings, first):
        made.free.setdefault(symbol.name, Index(symbol.name, symbol))
    if made.left is not None:
        reader.defined(made.left)
    for member in made.evaluated:
        reader.read(member, made.free)
    settle(
        formula.source, bindings, [*made.free.values(), *(index for found in made.under.values() for index in found)]
    )
    reader.check_symbols()
    return made


class Reader:
    """Walks the members once and notes what every index does."""

    def __init__(self, made: Plan) -> None:
        self.plan = made
        self.bindings = made.bindings
        self.source = made.formula.source
        self.pending: list[Symbol] = []

    def read(self, node: Node, env: Env) -> None:
        """A node in whose place a number is wanted."""
        if isinstance(node, Symbol):
            self.symbol(node, env)
        elif isinstance(node, Big):
            self.big(node, env)
        elif isinstance(node, Compare):
            self.compare(node, env)
        else:
            for child in children(node):
                self.read(child, env)

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
        if len(shape) != len(node.indices):
            what = f"{name} has {len(shape)} axes {tuple(shape)}, and {to_latex(node)} names {len(node.indices)}"
            raise self.source.invalid(node.span, what, "write one index for each axis, or none at all")
        for axis, (index, size) in enumerate(zip(node.indices, shape, strict=True), start=1):
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

    def big(self, node: Big, env: Env) -> None:
        """A sign with its indices; without written ones it takes those that nobody else has."""
        if node.bounds:
            indices = tuple(Index(bare(bound.index), bound, bound) for bound in node.bounds)
        else:
            names = {symbol.name: symbol for symbol in loose(self.bindings, node.body) if symbol.name not in env}
            indices = tuple(Index(name, symbol) for name, symbol in names.items())
        for at, index in enumerate(indices):
            taken = index.name in env or index.name in {other.name for other in indices[:at]}
            if taken or index.name in self.bindings:
                other = "an index already" if taken else "bound to a tensor"
                what = f"{index.name} runs under a sign, and is {other}"
                raise self.source.invalid(index.node.span, what, "use another letter")
        self.plan.under[id(node)] = indices
        for bound in node.bounds:
            for part in (bound.lower, bound.upper):
                self.check_bound(part, env)
        self.read(node.body, self.plan.inner(node, env))

    def check_bound(self, part: Node | None, env: Env) -> None:
        """A written bound must not run itself."""
        for symbol in walk(part) if part is not None else ():
            if isinstance(symbol, Symbol) and bare(symbol) in env:
                what = f"a bound that varies with {bare(symbol)} is not supported yet"
                raise self.source.not_yet(symbol.span, what, "write the condition as an indicator factor")

    def compare(self, node: Compare, env: Env) -> None:
        """A condition: of positions if an index is compared with an index or with integers, else of numbers."""
        runs = [self.shifted(operand, env) for operand in node.operands]
        if any(runs) and all(run or self.integers(operand) for run, operand in zip(runs, node.operands, strict=True)):
            self.plan.positional.add(id(node))
            for operand in node.operands:
                self.position(operand, env)
            return
        for operand in node.operands:
            self.read(operand, env)

    def shifted(self, node: Node, env: Env) -> bool:
        """Whether a side of a condition is an index, perhaps shifted."""
        while isinstance(node, Group) or (isinstance(node, (Plus, Minus)) and self.constant(node.right, env)):
            node = node.body if isinstance(node, Group) else node.left
        return isinstance(node, Symbol) and bare(node) in env and not node.indices

    def integers(self, node: Node) -> bool:
        """Whether a side of a condition holds positions: an integer tensor, or where a maximum stands."""
        if isinstance(node, Big):
            return node.operator.startswith("arg")
        name = self.bindings.name_of(node) if isinstance(node, Symbol) else None
        return name is not None and not self.bindings.tensor(name, node).is_floating_point()

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

    def defined(self, left: Symbol) -> None:
        """The left side names each axis of its result once."""
        plain = [index for index in left.indices if isinstance(index, Symbol) and not index.indices]
        if len(plain) < len(left.indices):
            raise self.source.not_yet(left.span, "the left side names its axes by plain letters only")
        names = [bare(index) for index in plain]
        if len(set(names)) < len(names):
            raise self.source.invalid(left.span, "the left side names an axis twice", "use two letters")
        for index in plain:
            if self.bindings.name_of(index) is not None:
                what = f"{bare(index)} names an axis, and is bound to a tensor"
                raise self.source.invalid(index.span, what, "use another letter")

    def check_symbols(self) -> None:
        """Refuse symbols that neither a binding nor a written bound explains."""
        for symbol in self.pending:
            if bare(symbol) not in CONSTANTS and bare(symbol) not in self.bindings.defined:
                raise self.bindings.unbound(symbol)
