"""pytester forgets what a run imported, and torch does not survive a second import: here it comes before any."""

from __future__ import annotations

import texsor.docstrings.cases  # noqa: F401
