"""Blocks changed on purpose: wrong in one small way (:mod:`~verifier.mutation.draw`), or right by construction.

Both attack the judge. A *mutant* that runs differently must never be called equivalent; a *rewrite* that is right by
construction should not be refused, and must never be called different. Nothing here asks the judge or is asked by it.
"""

from __future__ import annotations

from verifier.mutation.base import Block, Mutant, Operator
from verifier.mutation.draw import BY_NAME, OPERATORS, UnknownOperator, draw_mutant, mutants, operators_named
from verifier.mutation.generate import CLASSES, draw_block, draw_instruction_of
from verifier.mutation.rewrites import REWRITES, Rewrite, RewriteRule, draw_chain, draw_rewrite, rewrites

__all__ = [
    "BY_NAME",
    "CLASSES",
    "OPERATORS",
    "REWRITES",
    "Block",
    "Mutant",
    "Operator",
    "Rewrite",
    "RewriteRule",
    "UnknownOperator",
    "draw_block",
    "draw_chain",
    "draw_instruction_of",
    "draw_mutant",
    "draw_rewrite",
    "mutants",
    "operators_named",
    "rewrites",
]
