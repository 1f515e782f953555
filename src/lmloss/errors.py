"""What lmloss refuses, and how it says so.

Every refusal is an `InputError` and therefore a `ValueError`. Its message always has the same four parts,
so that a reader who meets one for the first time knows what to change:

    where: what, got GOT; REMEDY
"""


class InputError(ValueError):
    """An argument that lmloss cannot use.

    Fields:
        what: the rule that was broken, as a fact ("the targets and the logits count different positions").
        where: the function and argument, written `function(argument)`.
        got: what was there instead, in a few words.
        remedy: what to do about it, as an imperative.

    Example:
        >>> raise ShapeError("a batch of token ids has two axes", "GPT2(token_ids)", "shape (3,)", "add a batch axis")
        Traceback (most recent call last):
        lmloss.errors.ShapeError: GPT2(token_ids): a batch of token ids has two axes, got shape (3,); add a batch axis
    """

    def __init__(self, what: str, where: str, got: str, remedy: str) -> None:
        # All four go to `args`, because pickle rebuilds an exception from them when it crosses a process.
        super().__init__(what, where, got, remedy)
        self.what = what
        self.where = where
        self.got = got
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.where}: {self.what}, got {self.got}; {self.remedy}"


class ShapeError(InputError):
    """A tensor with the wrong number of axes, or with an axis of the wrong size."""


class DTypeError(InputError):
    """A value of the wrong type: a list for a tensor, floats for token ids, integers for logits."""


class TargetError(InputError):
    """A target that names no class: outside the vocabulary 0 … V - 1."""


class NonFiniteError(InputError):
    """A NaN or an infinity where only numbers have a meaning."""


class DomainError(InputError):
    """A number or an option outside the values that have a meaning: a stride of 0, a probability of 2."""


class TextError(InputError):
    """A text that is empty, too short, unknown, damaged, or not text at all."""


class ContextError(InputError):
    """More tokens than the model has positions for."""


class TokenError(InputError):
    """A token id that the vocabulary does not hold."""


class RankFileError(InputError):
    """A file of byte-pair ranks that is missing or is not the one that GPT-2 was trained with."""


class ModelFileError(InputError):
    """A file of trained weights that is missing, damaged, or of another model."""


class DeviceError(InputError):
    """A device that this machine, or this build of PyTorch, does not have."""
