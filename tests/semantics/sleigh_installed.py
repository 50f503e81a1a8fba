"""SLEIGH is optional: its tests are skipped where pypcode is not installed."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

needs_pypcode = pytest.mark.skipif(find_spec("pypcode") is None, reason="pypcode is not installed")
