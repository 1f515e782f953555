"""Errors: one form, fields that a program can read, safe to send between processes."""

import pickle

import pytest

from lmloss import errors

CLASSES = [kind for kind in vars(errors).values() if isinstance(kind, type)]


@pytest.mark.parametrize("kind", CLASSES)
def test_message_has_four_parts(kind):
    """Every error says where, what, got and what to do, and keeps the four as fields."""
    error = kind("a rule", "function(argument)", "something", "do this")
    assert str(error) == "function(argument): a rule, got something; do this"
    assert (error.what, error.where, error.got, error.remedy) == (
        "a rule",
        "function(argument)",
        "something",
        "do this",
    )


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_is_a_value_error(kind):
    """A caller can catch any refusal as InputError, or as ValueError without knowing lmloss."""
    with pytest.raises(errors.InputError, match="a rule"):
        raise kind("a rule", "f(x)", "x", "y")
    assert issubclass(kind, ValueError)


@pytest.mark.parametrize("kind", CLASSES)
def test_errors_survive_pickling(kind):
    """An error raised in a worker process arrives as the same error."""
    error = pickle.loads(pickle.dumps(kind("a rule", "f(x)", "x", "y")))
    assert type(error) is kind
    assert str(error) == "f(x): a rule, got x; y"
