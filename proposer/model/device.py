"""Where a model runs."""

from __future__ import annotations


def pick_device(name: str) -> str:
    """``auto`` is ``cuda`` where there is one, otherwise ``cpu``."""
    import torch

    if name != "auto":
        return name
    return "cuda" if torch.cuda.is_available() else "cpu"
