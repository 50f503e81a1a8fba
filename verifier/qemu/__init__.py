"""Machine code executed by qemu-aarch64: many cases a second through one static program, a second emulator beside Unicorn."""

from __future__ import annotations

from verifier.qemu.build import PROGRAM, build_harness, missing_tools
from verifier.qemu.cases import ARENA, ARENA_SIZE, CODE, Case, Ended, Faulted, Left, Outcome, Skipped, case_of, in_arena, pack_registers
from verifier.qemu.errors import CaseError, HarnessError
from verifier.qemu.process import Qemu, trouble, version

__all__ = [
    "ARENA",
    "ARENA_SIZE",
    "CODE",
    "PROGRAM",
    "Case",
    "CaseError",
    "Ended",
    "Faulted",
    "HarnessError",
    "Left",
    "Outcome",
    "Qemu",
    "Skipped",
    "build_harness",
    "case_of",
    "in_arena",
    "missing_tools",
    "pack_registers",
    "trouble",
    "version",
]
