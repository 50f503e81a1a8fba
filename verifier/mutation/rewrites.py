"""Pairs of blocks that are equivalent by construction, to find out what the judge refuses although it is true.

A rule changes a few instructions at one place into others with the same effect in every state. ``dead`` names what the
two blocks may leave different: scratch registers and flags; everything else is equal whatever is live.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from semantics.sampling import Choose
from verifier.mutation import memory_rules, register_rules, value_rules
from verifier.mutation.base import Block, Draft, assembled
from verifier.mutation.value_rules import Expand

NOTHING = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Two equivalent blocks, made by the rule of this name; ``dead`` locations may end different."""

    rule: str
    original: Block
    candidate: Block
    dead: frozenset[str] = NOTHING


type Pairs = Callable[[Block, int], Iterator[tuple[Draft, Draft, frozenset[str]]]]
"""Pairs of drafts made at one position of a block, and what they may leave different."""


@dataclass(frozen=True, slots=True)
class RewriteRule:
    """One way to make an equivalent block."""

    name: str
    pairs: Pairs


def _expanding(name: str, expand: Expand, dead: frozenset[str] = NOTHING) -> RewriteRule:
    """A rule that replaces one instruction by one or more others."""

    def pairs(block: Block, at: int) -> Iterator[tuple[Draft, Draft, frozenset[str]]]:
        for replacement in expand(block[at].plain):
            yield block, (*block[:at], *replacement, *block[at + 1 :]), dead

    return RewriteRule(name, pairs)


REWRITES: tuple[RewriteRule, ...] = (
    _expanding("commute", value_rules.commuted),
    _expanding("select-inversion", value_rules.select_inverted),
    _expanding("move-by-add", value_rules.move_by_add),
    _expanding("double-by-shift", value_rules.double_by_shift),
    _expanding("shift-by-steps", value_rules.shift_by_steps),
    _expanding("shift-by-multiplication", value_rules.shift_by_multiplication),
    _expanding("immediate-split", value_rules.immediate_split),
    _expanding("move-split", value_rules.move_split),
    _expanding("zero", value_rules.zero),
    _expanding("negate", value_rules.negate),
    _expanding("complemented-operand", value_rules.complemented_operand),
    _expanding("shifted-operand", value_rules.shifted_operand),
    _expanding("multiply-add", value_rules.multiply_add),
    _expanding("select-expanded", value_rules.select_expanded),
    _expanding("field-by-mask", value_rules.field_by_mask),
    _expanding("field-by-shifts", value_rules.field_by_shifts),
    _expanding("compare-with-zero", value_rules.compare_with_zero),
    _expanding("vector-move", value_rules.vector_move),
    _expanding("pair-split", memory_rules.pair_split),
    _expanding("writeback-split", memory_rules.writeback_split),
    _expanding("sign-after-load", memory_rules.sign_after_load),
    _expanding("address-first", memory_rules.address_first),
    RewriteRule("load-by-halves", memory_rules.load_by_halves),
    RewriteRule("pair-merge", memory_rules.pair_merge),
    RewriteRule("forward", memory_rules.forward),
    RewriteRule("reload", memory_rules.reload),
    RewriteRule("exchange-disjoint", memory_rules.exchange_disjoint),
    RewriteRule("exchange", register_rules.exchange),
    RewriteRule("rename", register_rules.rename),
    RewriteRule("repeat", register_rules.repeat),
    RewriteRule("dead-definition", register_rules.dead_definition),
    RewriteRule("inverse-pair", register_rules.inverse_pair),
    RewriteRule("dead-flags", register_rules.dead_flags),
    RewriteRule("branch-by-compare", register_rules.branch_by_compare),
    RewriteRule("no-operation", register_rules.no_operation),
)


def rewrites(block: Block, rules: Sequence[RewriteRule] = REWRITES) -> Iterator[Rewrite]:
    """Every pair that one application of one rule makes."""
    for rule in rules:
        for at in range(len(block)):
            for original, candidate, dead in rule.pairs(block, at):
                left, right = assembled(original), assembled(candidate)
                if left is not None and right is not None and left != right:
                    yield Rewrite(rule.name, left, right, dead)


def draw_rewrite(block: Block, choose: Choose, rules: Sequence[RewriteRule] = REWRITES) -> Rewrite | None:
    """A pair by a rule drawn first; None if no rule applies anywhere in the block."""
    rest = list(rules)
    while rest:
        rule = rest.pop(choose(len(rest)))
        places = list(range(len(block)))
        while places:
            at = places.pop(choose(len(places)))
            drafts = list(rule.pairs(block, at))
            while drafts:
                original, candidate, dead = drafts.pop(choose(len(drafts)))
                left, right = assembled(original), assembled(candidate)
                if left is not None and right is not None and left != right:
                    return Rewrite(rule.name, left, right, dead)
    return None


def draw_chain(block: Block, choose: Choose, steps: int, rules: Sequence[RewriteRule] = REWRITES) -> Rewrite | None:
    """A pair by up to ``steps`` rules one after the other: the two blocks look less and less alike. None if no rule applies."""
    original, candidate, dead, names = block, block, NOTHING, list[str]()
    for _ in range(steps):
        made = draw_rewrite(candidate, choose, rules)
        if made is None or (made.original != candidate and names):
            continue  # a rule that adds to both blocks can only come first
        if made.original != candidate:
            original = made.original
        candidate, dead = made.candidate, dead | made.dead
        names.append(made.rule)
    if candidate == original:
        return None
    return Rewrite(names[0] if len(names) == 1 else "chain", original, candidate, dead)
