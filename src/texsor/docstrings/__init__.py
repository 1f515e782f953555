"""Docstrings as tests: their formulas, what these are bound to, and random tensors to check them on.

``source``, ``where``, ``shape`` and ``statements`` read text and need no torch; ``draw`` and ``case`` need it.
docs/docstrings.md says how a docstring is written.
"""
