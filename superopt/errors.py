"""The root of the exceptions that the product raises on purpose."""

from __future__ import annotations


class SuperoptError(Exception):
    """Anything that this package reports about its input, its options or the tools that it finds."""
