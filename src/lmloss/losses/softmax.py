"""From logits, any real numbers, to probabilities."""

from torch import Tensor

from lmloss.shapes import check_floating, check_logits, check_row_max


def softmax(logits: Tensor) -> Tensor:
    r"""Turn each row of logits into probabilities, without overflow.

    The largest logit m_n is subtracted first. It cancels in the fraction, so the formula stays true as it stands;
    but the largest exponent becomes 0, and e to that power is 1 where e^{10000} would be inf.

    Formula:
        .. math:: \hat{y}_{n,i} = \frac{e^{z_{n,i}}}{\sum_{j} e^{z_{n,j}}}

    Shape:
        logits: (…, V) float64, float32, bfloat16 or float16, z, no unit; -inf masks a class.
        result: (…, V) of the same dtype, each row non-negative with sum 1, no unit.

    Raises:
        DTypeError: logits that are no floating tensor.
        ShapeError: no axis, or an empty one.
        NonFiniteError: a NaN, a +inf, or a row of nothing but -inf.

    Source:
        Bridle 1990, "Probabilistic Interpretation of Feedforward Classification Network Outputs".

    Example:
        >>> import torch
        >>> softmax(torch.tensor([0.0, float("-inf"), 0.0]))
        tensor([0.5000, 0.0000, 0.5000])
        >>> softmax(torch.tensor([10000.0, 0.0]))
        tensor([1., 0.])
    """
    check_floating(logits, "softmax(logits)")
    # The shift cancels in value, hence in gradient too: detached, it costs no backward pass.
    m = logits.detach().amax(dim=-1, keepdim=True)  # (…, 1)
    check_row_max(m, "softmax(logits)")
    exps = (logits - m).exp()  # (…, V)
    return exps / exps.sum(dim=-1, keepdim=True)  # (…, V)


def naive_softmax(logits: Tensor) -> Tensor:
    r"""Turn each row of logits into probabilities exactly as the formula reads, overflow included.

    For teaching and for checking `softmax` against. In float32 a logit above 88.72 gives inf / inf = NaN, and a row
    whose logits all lie below about -104 gives 0 / 0 = NaN.

    Formula:
        .. math:: \hat{y}_{n,i} = \frac{e^{z_{n,i}}}{\sum_{j} e^{z_{n,j}}}

    Shape:
        logits: (…, V) float64, float32, bfloat16 or float16, z, no unit; in every dtype safe for numbers in [-5, 5].
        result: (…, V) of the same dtype, no unit; NaN where the range of the dtype does not suffice.

    Raises:
        DTypeError: logits that are no floating tensor.
        ShapeError: no axis, or an empty one.
        NonFiniteError: a NaN, a +inf, or a row of nothing but -inf among the logits (not: in the result).

    Source:
        Bridle 1990, as `softmax`.

    Example:
        >>> import torch
        >>> naive_softmax(torch.tensor([100.0, 0.0]))
        tensor([nan, 0.])
    """
    check_logits(logits, "naive_softmax(logits)")
    exps = logits.exp()  # (…, V)
    return exps / exps.sum(dim=-1, keepdim=True)  # (…, V)
