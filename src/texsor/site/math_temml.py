"""TeX to MathML by Temml, run in QuickJS: no Node, no browser, no network."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import quickjs

from texsor.errors import Invalid, NotSupported, TexsorError, caret

MEMORY_BYTES = 512 * 1024 * 1024
TIME_S = 20

# Trust is by value: Temml escapes what an attribute holds but not its name, so `\data{a onclick=…}{x}` would become
# an event handler. `\style` and `\includegraphics` could fetch from another host.
SCRIPT = r"""
function trusted(use) {
  if (use.command === "\\class") return /^[\w\- ]+$/.test(use.class);
  if (use.command === "\\id") return /^[A-Za-z][\w\-]*$/.test(use.id);
  if (use.command === "\\data") return Object.keys(use.attributes).every(name => /^data-[a-z][a-z0-9\-]*$/.test(name));
  return false;
}
function convert(tex, displayMode) {
  try {
    return JSON.stringify({mathml: temml.renderToString(tex, {displayMode, throwOnError: true, trust: trusted})});
  } catch (error) {
    if (!(error instanceof temml.ParseError)) throw error;
    const what = String(error.message).split(/ at position \d| at end of input/)[0].trim();
    return JSON.stringify({error: what, position: error.position});
  }
}
"""


@cache
def to_mathml(tex: str, display: bool) -> str:
    """Convert one formula to a ``<math>`` element.

    Raises: NotSupported for a command that Temml does not know, Invalid for anything else that it refuses.
    """
    try:
        answer = json.loads(_engine()(tex, display))
    except quickjs.JSException as error:
        # Out of stack, memory or time. The context may be half-way through something: start a new one.
        _engine.cache_clear()
        what = f"Temml gave up on the formula ({_first_line(error)})"
        raise Invalid(what, excerpt=_shorten(tex), remedy="split it, or nest less") from error
    if "mathml" in answer:
        return str(answer["mathml"])
    raise _refusal(tex, answer["error"], answer.get("position"))


@cache
def _engine() -> quickjs.Function:
    """Load Temml once a process: it takes longer than a hundred formulas."""
    context = quickjs.Context()
    context.set_memory_limit(MEMORY_BYTES)
    context.set_time_limit(TIME_S)
    context.eval(files("texsor.site").joinpath("vendor/temml.min.js").read_text(encoding="utf-8"))
    context.eval(SCRIPT)
    return context.get("convert")


def _refusal(tex: str, what: str, position: int | None) -> TexsorError:
    excerpt = _shorten(tex) if position is None else _point(tex, position)
    if what.startswith("Unsupported function name"):
        return NotSupported(
            f"unknown command in a formula: {what.split(': ', 1)[-1]}",
            excerpt=excerpt,
            remedy="check the spelling, or use a command listed at https://temml.org/docs/en/supported.html",
        )
    return Invalid(f"the formula is not valid TeX: {what}", excerpt=excerpt, remedy="correct the formula")


def _point(tex: str, position: int) -> str:
    """Show the offending line of a formula with a caret under the place."""
    before = tex[:position]
    start = before.rfind("\n") + 1
    return caret(tex[start:].split("\n", 1)[0], position - start + 1)


def _shorten(tex: str) -> str:
    return tex if len(tex) <= 200 else f"{tex[:200]} …"


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]
