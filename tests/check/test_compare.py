"""How far apart two tensors are."""

from __future__ import annotations

from math import inf, nan

import pytest
import torch

from texsor.check.compare import TOLERANCE, recorded_tolerance, relative_error


def tensor(*values: float, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    """A row."""
    return torch.tensor(values, dtype=dtype)


def test_the_error_is_relative_to_the_largest_value_wanted() -> None:
    """Each difference counts against the largest number of the side that is right."""
    assert relative_error(tensor(1.0, 8.5), tensor(1.0, 10.0)) == pytest.approx(1.5 / 10)
    assert relative_error(tensor(1.0, 10.0), tensor(1.0, 8.5)) == pytest.approx(1.5 / 8.5)


@pytest.mark.parametrize("shape", [(6,), (1, 6), (2, 3), (2, 1, 3, 1)])
def test_row_major_reshapes_are_the_same(shape: tuple[int, ...]) -> None:
    """A formula has (N,) where code has (B, T) or (B, T, 1)."""
    row = torch.arange(6.0)
    assert relative_error(row.reshape(shape), row) == 0


def test_a_transpose_is_not_the_same() -> None:
    """Only the row-major order is let through."""
    square = torch.arange(4.0).reshape(2, 2)
    assert relative_error(square.T, square) > 0.3


def test_another_number_of_elements_is_infinitely_far() -> None:
    """A scalar does not stand for a row, nor a row for a matrix that repeats it."""
    assert relative_error(tensor(1.0), tensor(1.0, 1.0)) == inf


def test_no_elements_are_like_no_elements() -> None:
    """Nothing differs from nothing in nothing."""
    assert relative_error(torch.empty(0, 3), torch.empty(3, 0)) == 0


@pytest.mark.parametrize("special", [inf, -inf, nan])
def test_what_is_not_finite_must_stand_in_the_same_place(special: float) -> None:
    """Infinities and NaN count as equal to themselves, in place, and the finite rest is compared."""
    assert relative_error(tensor(1.0, special), tensor(1.0, special)) == 0
    assert relative_error(tensor(1.5, special), tensor(1.0, special)) == 0.5
    assert relative_error(tensor(special, 1.0), tensor(1.0, special)) == inf
    assert relative_error(tensor(1.0, 2.0), tensor(1.0, special)) == inf
    assert relative_error(tensor(special), tensor(special)) == 0


@pytest.mark.parametrize(("found", "wanted"), [(inf, -inf), (inf, nan), (nan, -inf)])
def test_infinities_and_nan_are_three_things(found: float, wanted: float) -> None:
    """One kind does not pass for another."""
    assert relative_error(tensor(found), tensor(wanted)) == inf


def test_against_zeros_the_difference_itself_counts() -> None:
    """There is nothing to be relative to."""
    assert relative_error(tensor(0.0, 3e-12), tensor(0.0, 0.0)) == 3e-12


@pytest.mark.parametrize(
    ("dtype", "steps"),
    [(torch.float64, 2.0**-52), (torch.float32, 2.0**-23), (torch.float16, 2.0**-10), (torch.bfloat16, 2.0**-7)],
)
def test_each_floating_dtype_has_room_for_some_rounding_steps(dtype: torch.dtype, steps: float) -> None:
    """At least eight rounding steps pass, and a tenth of the value never does."""
    assert 8 * steps < recorded_tolerance(dtype) < 0.1
    assert torch.finfo(dtype).eps == steps


@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.bool])
def test_integers_and_truth_values_must_be_equal(dtype: torch.dtype) -> None:
    """Nothing is rounded in them."""
    assert recorded_tolerance(dtype) == 0


def test_whole_numbers_that_float64_cannot_tell_apart_differ() -> None:
    """2^53 and 2^53 + 1 are one number in float64, and two in int64."""
    big = torch.tensor([2**53])
    assert 0 < relative_error(big + 1, big) <= TOLERANCE
    assert relative_error(big, big.clone()) == 0


def test_dtypes_and_gradients_do_not_matter() -> None:
    """The numbers are compared, whatever holds them."""
    assert relative_error(torch.tensor([1, 2]), tensor(1.0, 2.0).requires_grad_()) == 0
    assert relative_error(torch.tensor([True]), torch.tensor([1.0], dtype=torch.bfloat16)) == 0
