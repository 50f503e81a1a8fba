"""Property-based tests of AArch64 code: Hypothesis strategies, and an equivalence assertion that runs on an emulator.

    from superopt.testing import assert_equivalent, blocks, machine_states, mutations

    def test_my_kernel():
        assert_equivalent("add x0, x1, x1", "lsl x0, x1, #1")

This tests; it does not prove. ``superopt check`` proves. Importing this module imports Hypothesis and nothing heavier:
no solver, no language model; there is no pytest plugin.
"""

from __future__ import annotations

from superopt.testing.equivalence import NotEquivalent, assert_equivalent
from superopt.testing.errors import InvalidArgument
from superopt.testing.states import machine_state, machine_states
from superopt.testing.strategies import CLASSES, blocks, mutations, rewrites

__all__ = [
    "CLASSES",
    "InvalidArgument",
    "NotEquivalent",
    "assert_equivalent",
    "blocks",
    "machine_state",
    "machine_states",
    "mutations",
    "rewrites",
]
