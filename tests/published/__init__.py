"""Formulas as papers and documentation print them, each held against an implementation."""
