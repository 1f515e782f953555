"""Newton's law of cooling."""

from torch import Tensor


def temperature(start: Tensor, room: Tensor, rate: Tensor, minutes: Tensor) -> Tensor:
    r"""Temperature of a body that has stood in a room.

    .. math:: T_i = A + (S - A) e^{-k m_i}

    Everything is in degrees and minutes; the rate is per minute.
    """
    left = (-rate * minutes).exp()  # e^{-k m_i}
    return room + (start - room) * left  # +
