"""Valgrind's meaning of A64: libVEX's intermediate code of one instruction, translated into words.

libVEX is reached through pyvex, which is imported at the first lift and not before (about half a second).
What is assumed beside the contract: FPCR is 0. What is left out: FPSR is no location of ours, so the
write of its QC bit by saturating instructions is dropped; an instruction that reads it is refused.
"""

from __future__ import annotations

from semantics.vex.execute import execute, execute_code
from semantics.vex.faults import KNOWN_FAULTS, KnownFault
from semantics.vex.lift import lift, version

__all__ = ["KNOWN_FAULTS", "KnownFault", "execute", "execute_code", "lift", "version"]
