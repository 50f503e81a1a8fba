"""Do our row and libVEX mean the same by an instruction? Proved for all states, once per encoding, and remembered."""

from __future__ import annotations

from verifier.agreement.prove import TIMEOUT, Answer, HasSolve, Solve, agrees
from verifier.agreement.remember import Agreements, canonical_key, meanings_digest
from verifier.agreement.verdict import Agreement

__all__ = ["TIMEOUT", "Agreement", "Agreements", "Answer", "HasSolve", "Solve", "agrees", "canonical_key", "meanings_digest"]
