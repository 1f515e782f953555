"""Derivatives through ``%check``: a chapter's loss and its logits, with nothing but what the cells computed."""

from __future__ import annotations

import pytest

from texsor.errors import TexsorError

GRADIENT = r"""%%formula gradient
\frac{\partial L}{\partial z_{n,i}} = \frac{1}{N} (\hat{y}_{n,i} - y_{n,i})
where
L       = loss
z       = logits.flatten(0, 1)
\hat{y} = logits.flatten(0, 1).softmax(-1)
y       = F.one_hot(targets.flatten(), 5)
N       = targets.numel()
"""
STEP = r"""%%formula step
\begin{aligned} m_t &= \mu m_{t-1} + g_t \\ \theta_t &= \theta_{t-1} - \eta m_t \end{aligned}
where
m_{t-1} = m
g_t = g
\theta_{t-1} = w
\mu = 0.9
\eta = 0.1
"""
CODE = """
with torch.no_grad():
    logits = torch.randn(2, 3, 5) * 1
    targets = torch.tensor([[1, 0, 3], [2, 2, 4]])
    loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
    probas = logits.softmax(-1)
    gradient = (probas - F.one_hot(targets, 5)) / 6
"""


@pytest.fixture
def chapter(cells):
    """A notebook with a loss, its logits and a gradient by hand."""
    cells.run(CODE)
    cells.run(GRADIENT)
    return cells


def test_a_gradient_by_hand_is_proved(chapter) -> None:
    """Both sides against the code, in value and gradient, on two sets of leaves, although no cell kept gradients."""
    verdict = chapter.verdict("%check gradient gradient")
    assert verdict.holds
    assert not verdict.value_only
    for member in verdict.members:
        assert member.gradient_error is not None
        assert member.random_gradient_error is not None
        assert max(member.value_error, member.gradient_error, member.random_gradient_error) <= 1e-10


def test_backward_is_proved(cells) -> None:
    """The gradient that ``backward`` left, against the formula."""
    cells.run(
        CODE.replace("with torch.no_grad():\n    ", "")
        .replace("\n    ", "\n")
        .replace("* 1", "* 1\nlogits.requires_grad_()")
    )
    cells.run("loss.backward()")
    cells.run(GRADIENT)
    assert cells.verdict("slopes = logits.grad\n%check gradient slopes").holds


def test_a_gradient_that_forgets_the_mean_goes_red(chapter) -> None:
    """The cell fails, with the ratio and the change that the code computes."""
    error = chapter.fail("wrong = gradient * 6\n%check gradient wrong")
    text = str(error)
    assert "gradient does NOT hold" in text
    assert "code / formula = 6, the size of axis n: the code sums, the formula averages?" in text
    assert chapter.verdict("wrong = gradient * 6\n%check --fails gradient wrong").diagnosis


def test_a_gradient_with_the_wrong_sign_goes_red(chapter) -> None:
    """As any other formula does."""
    assert "code / formula = -1: a sign" in str(chapter.fail("wrong = -gradient\n%check gradient wrong"))


def test_several_equations_and_names_bound_whole(cells) -> None:
    """One step of momentum: names with their letters, two equations, the second one checked."""
    cells.run(STEP)
    cells.run("m, g, w = z[0] * 1, z[1] * 1, z[2] * 1")
    verdict = cells.verdict("new = w - 0.1 * (0.9 * m + g)\n%check step new")
    assert verdict.holds
    assert not verdict.value_only
    assert "does NOT hold" in str(cells.fail("new = w - 0.1 * (0.9 * m - g)\n%check step new"))


def test_a_loss_that_cannot_be_replayed_says_why(chapter) -> None:
    """Without a way from the loss to the logits there is no derivative; the refusal says what was in the way."""
    chapter.run("with torch.no_grad():\n    loss = F.cross_entropy(F.dropout(logits).flatten(0, 1), targets.flatten())")
    error = chapter.fail("with torch.no_grad():\n    noisy = F.dropout(logits) * loss\n%check gradient noisy")
    assert isinstance(error, TexsorError)
    text = str(error)
    assert "L does not depend on z as it is bound" in text
    assert "the code cannot be replayed" in text
    assert "random" in text
