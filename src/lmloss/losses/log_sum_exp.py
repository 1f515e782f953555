"""The logarithm of a sum of exponentials: what softmax divides by, without leaving the logarithm."""

from torch import Tensor

from lmloss.shapes import check_floating, check_logits, check_row_max


def log_sum_exp(logits: Tensor) -> Tensor:
    r"""Compute log Σ e^z over the last axis, without overflow.

    The largest logit m_n is taken out of the sum and added back; the formula with m_n = 0 is the same number.

    Formula:
        .. math:: s_n = m_n + \log \sum_{i} e^{z_{n,i} - m_n}

        where :math:`m` = ``logits.amax(dim=-1).flatten()``

    Shape:
        logits: (…, V) float64, float32, bfloat16 or float16, z, no unit; -inf masks a class.
        result: (…,) of the same dtype, s, in nats.

    Raises:
        DTypeError: logits that are no floating tensor.
        ShapeError: no axis, or an empty one.
        NonFiniteError: a NaN, a +inf, or a row of nothing but -inf.

    Source:
        Blanchard, Higham and Higham 2021, "Accurately computing the log-sum-exp and softmax functions", eq. (3.1).

    Example:
        >>> import torch
        >>> log_sum_exp(torch.tensor([[1000.0, 1000.0]], dtype=torch.float64))
        tensor([1000.6931], dtype=torch.float64)
    """
    m = _row_max(logits, "log_sum_exp(logits)")  # (…, 1)
    sums = (logits - m).exp().sum(dim=-1)  # (…,)
    return m.squeeze(-1) + sums.log()  # (…,)


def log_softmax(logits: Tensor) -> Tensor:
    r"""Turn each row of logits into log-probabilities, without leaving the logarithm.

    The logarithm of `softmax` would be -inf wherever a probability underflows to 0; this stays finite. The two
    subtractions are made one after the other, because m_n + log Σ rounds the small logarithm away when m_n is large.

    Formula:
        .. math:: \log \hat{y}_{n,i} = z_{n,i} - m_n - \log \sum_{j} e^{z_{n,j} - m_n}

        where :math:`m` = ``logits.amax(dim=-1).flatten()`` and :math:`\log \hat{y}_{n,i}` = ``result``

    Shape:
        logits: (…, V) float64, float32, bfloat16 or float16, z, no unit; -inf masks a class.
        result: (…, V) of the same dtype, at most 0, in nats.

    Raises:
        DTypeError: logits that are no floating tensor.
        ShapeError: no axis, or an empty one.
        NonFiniteError: a NaN, a +inf, or a row of nothing but -inf.

    Source:
        Blanchard, Higham and Higham 2021, as `log_sum_exp`.

    Example:
        >>> import torch
        >>> log_softmax(torch.tensor([0.0, -1000.0]))
        tensor([    0., -1000.])
        >>> torch.tensor([0.0, -1000.0]).softmax(-1).log()
        tensor([0., -inf])
    """
    shifted = logits - _row_max(logits, "log_softmax(logits)")  # (…, V)
    return shifted - shifted.exp().sum(dim=-1, keepdim=True).log()  # (…, V)


def naive_log_sum_exp(logits: Tensor) -> Tensor:
    r"""Compute log Σ e^z exactly as the formula reads, overflow included.

    For teaching and for checking `log_sum_exp` against. In float32 a logit above 88.72 gives inf, and a row whose
    logits all lie below about -104 gives -inf.

    Formula:
        .. math:: s_n = \log \sum_{i} e^{z_{n,i}}

    Shape:
        logits: (…, V) float64, float32, bfloat16 or float16, z, no unit; in every dtype safe for numbers in [-5, 5].
        result: (…,) of the same dtype, s, in nats; infinite where the range of the dtype does not suffice.

    Raises:
        DTypeError: logits that are no floating tensor.
        ShapeError: no axis, or an empty one.
        NonFiniteError: a NaN, a +inf, or a row of nothing but -inf among the logits (not: in the result).

    Source:
        Blanchard, Higham and Higham 2021, as `log_sum_exp`, eq. (1.1).

    Example:
        >>> import torch
        >>> naive_log_sum_exp(torch.tensor([[100.0, 0.0], [1.0, 1.0]]))
        tensor([   inf, 1.6931])
    """
    check_logits(logits, "naive_log_sum_exp(logits)")
    return logits.exp().sum(dim=-1).log()  # (…,)


def naive_log_softmax(logits: Tensor) -> Tensor:
    r"""Take the logarithm of the softmax exactly as the formula reads, overflow and underflow included.

    For teaching and for checking `log_softmax` against. A probability that underflows to 0 gives -inf, and a logit that
    overflows gives NaN.

    Formula:
        .. math:: \log \hat{y}_{n,i} = \log \frac{e^{z_{n,i}}}{\sum_{j} e^{z_{n,j}}}

        where :math:`\log \hat{y}_{n,i}` = ``result``

    Shape:
        logits: (…, V) float64, float32, bfloat16 or float16, z, no unit; in every dtype safe for numbers in [-5, 5].
        result: (…, V) of the same dtype, in nats; -inf or NaN where the range of the dtype does not suffice.

    Raises:
        DTypeError: logits that are no floating tensor.
        ShapeError: no axis, or an empty one.
        NonFiniteError: a NaN, a +inf, or a row of nothing but -inf among the logits (not: in the result).

    Source:
        Bridle 1990, as `softmax`.

    Example:
        >>> import torch
        >>> naive_log_softmax(torch.tensor([[0.0, -200.0], [100.0, 0.0]]))
        tensor([[0., -inf],
                [nan, -inf]])
    """
    check_logits(logits, "naive_log_softmax(logits)")
    exps = logits.exp()  # (…, V)
    return (exps / exps.sum(dim=-1, keepdim=True)).log()  # (…, V)


def _row_max(logits: Tensor, where: str) -> Tensor:
    """Give the checked largest logit of each row, (…, 1), as a constant: its gradient cancels in both formulas."""
    check_floating(logits, where)
    m = logits.detach().amax(dim=-1, keepdim=True)
    check_row_max(m, where)
    return m
