"""How uncertain a distribution is, and how far another one is from it. All in nats."""

from torch import Tensor

from lmloss.shapes import check_distribution, check_same_shape


def entropy(p: Tensor) -> Tensor:
    r"""Give the loss that is left when the prediction is the truth: the uncertainty of p itself.

    Formula:
        .. math:: H_n = -\sum_{i} p_{n,i} \log p_{n,i}

    Shape:
        p: (…, V) float64, float32, bfloat16 or float16, p, each row sums to 1, no unit.
        result: (…,) of the same dtype, H, in nats, between 0 and log V.

    Raises:
        DTypeError: probabilities that are no floating tensor.
        ShapeError: no axis, or an empty one.
        DomainError: a value outside [0, 1], or a row that does not sum to 1.

    Source:
        Shannon 1948, "A Mathematical Theory of Communication", section 6.

    Divergence:
        A class of probability 0 adds 0, and its gradient here is 0. The slope of -p log p grows without bound as p
        falls to 0, and torch.special.entr and torch.distributions.Categorical give what follows from that: inf, or a
        number as large as their clamp. A softmax would multiply it by 0, and NaN would be the gradient of its logits.

    Example:
        >>> import torch
        >>> entropy(torch.tensor([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]]))
        tensor([0.6931, 0.0000])
    """
    check_distribution(p, "entropy(p)")
    logs = p.masked_fill(p == 0, 1.0).log()  # (…, V)  0 · log 0 is taken as 0 · log 1
    return (p * -logs).sum(dim=-1)  # (…,)


def distribution_cross_entropy(p: Tensor, q: Tensor) -> Tensor:
    r"""Give the mean loss of predicting q where p is the truth.

    Formula:
        .. math:: H_n = -\sum_{i} p_{n,i} \log q_{n,i}

    Shape:
        p: (…, V) float64, float32, bfloat16 or float16, p, each row sums to 1, no unit.
        q: (…, V) of the same dtype, q, each row sums to 1, no unit.
        result: (…,) of the same dtype, H, in nats; inf where q is 0 and p is not.

    Raises:
        DTypeError: probabilities that are no floating tensor.
        ShapeError: no axis, an empty one, or two shapes.
        DomainError: a value outside [0, 1], or a row that does not sum to 1.

    Source:
        Kerridge 1961, "Inaccuracy and Inference".

    Divergence:
        torch.special.xlogy(p, q) has the same value and the same gradient for p; where both are 0 its gradient for q
        is NaN, and 0 here.

    Example:
        >>> import torch
        >>> p, q = torch.tensor([0.5, 0.5, 0.0]), torch.tensor([0.25, 0.75, 0.0])
        >>> distribution_cross_entropy(p, q)
        tensor(0.8370)
    """
    _check_both(p, q, "distribution_cross_entropy")
    logs = q.masked_fill((p == 0) & (q == 0), 1.0).log()  # (…, V)  0 · log 0 is taken as 0 · log 1
    return (p * -logs).sum(dim=-1)  # (…,)


def kl_divergence(p: Tensor, q: Tensor) -> Tensor:
    r"""Give what predicting q costs beyond the entropy of the truth p: 0 only where both are the same.

    Formula:
        .. math:: D_n = \sum_{i} p_{n,i} \left(\log p_{n,i} - \log q_{n,i}\right)

    Shape:
        p: (…, V) float64, float32, bfloat16 or float16, p, each row sums to 1, no unit.
        q: (…, V) of the same dtype, q, each row sums to 1, no unit.
        result: (…,) of the same dtype, D, in nats, at least 0 up to rounding; inf where q is 0 and p is not.

    Raises:
        DTypeError: probabilities that are no floating tensor.
        ShapeError: no axis, an empty one, or two shapes.
        DomainError: a value outside [0, 1], or a row that does not sum to 1.

    Source:
        Kullback and Leibler 1951, "On Information and Sufficiency", section 2.

    Divergence:
        torch.nn.functional.kl_div takes log q first and p second, averages over all elements unless told otherwise,
        and gives NaN where p and q are both 0. Its gradient for p is NaN where p is 0; here it is -log q there, the
        slope of p log p being taken as 0 as in `entropy`.

    Example:
        >>> import torch
        >>> p, q = torch.tensor([0.5, 0.5, 0.0]), torch.tensor([0.25, 0.75, 0.0])
        >>> kl_divergence(p, q)
        tensor(0.1438)
    """
    _check_both(p, q, "kl_divergence")
    log_p = p.masked_fill(p == 0, 1.0).log()  # (…, V)
    log_q = q.masked_fill((p == 0) & (q == 0), 1.0).log()  # (…, V)
    return (p * (log_p - log_q)).sum(dim=-1)  # (…,)


def _check_both(p: Tensor, q: Tensor, function: str) -> None:
    check_distribution(p, f"{function}(p)")
    check_distribution(q, f"{function}(q)")
    check_same_shape(p, q, f"{function}(q)")
