"""The exceptions of the verifier."""

from __future__ import annotations


class VerifierError(Exception):
    """Something went wrong inside the verifier; never a verdict about code."""
