"""Ghidra's meaning of A64: SLEIGH's p-code of one instruction, translated into words.

SLEIGH is reached through the optional package pypcode, which is imported at the first translation and not before. It
is a third, independent definition: of the general-register instructions a whole one, of vector instructions a partial
one, of floating point none.
"""

from __future__ import annotations

from semantics.pcode.execute import execute, execute_code, execute_despite_faults
from semantics.pcode.lift import PcodeMissing, lift, version

__all__ = ["PcodeMissing", "execute", "execute_code", "execute_despite_faults", "lift", "version"]
