"""De-optimising: a short block is made longer by local rewrites that look right; what results is proved afterwards."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from grammars.operands import MODIFIERS
from proposer.model.expansion_rules import RULES, Rule
from proposer.model.words import WordsError, is_immediate, operation_of, words_of
from proposer.proposal import Block
from semantics.assembler import Instruction, assemble
from semantics.block import effects
from semantics.errors import SemanticsError

type Environment = dict[str, str | int]

REGISTERS, NUMBERS = frozenset("dnma"), frozenset("ijk")
_INVERSE = {a: b for pair in ("eq ne", "hs lo", "mi pl", "vs vc", "hi ls", "ge lt", "gt le") for a, b in (pair.split(), pair.split()[::-1])}
_OPERATORS: Mapping[type, Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}


def words(instruction: Instruction) -> list[str]:
    """The words of an instruction with every immediate written out."""
    return words_of(instruction.operation, lambda value: f"#{value}")


def line(text: Sequence[str]) -> Instruction:
    """The instruction with these words; raises WordsError or SemanticsError."""
    return assemble(operation_of(text, lambda word: int(word[1:])))


def match(rule: Rule, text: Sequence[str]) -> Environment | None:
    """The variables of the rule's pattern, or None if it does not fit."""
    if len(rule.pattern) != len(text):
        return None
    found: Environment = {}
    for wanted, word in zip(rule.pattern, text, strict=True):
        value = _bound(wanted, word)
        if value is None or found.setdefault(wanted, value) != value:
            return None
    return found


def _bound(wanted: str, word: str) -> str | int | None:
    if wanted in NUMBERS:
        return int(word[1:]) if is_immediate(word) else None
    if wanted in REGISTERS:
        return word if is_register(word) else None
    if wanted == "s":
        return word if word in MODIFIERS else None
    if wanted == "c":
        return word if word in _INVERSE else None
    return word if word == wanted else None


def is_register(word: str) -> bool:
    """Whether the word is a general register, ``sp`` or ``xzr``."""
    return word in ("sp", "wsp", "xzr", "wzr") or (word[:1] in "xw" and word[1:].isdigit())


def resized(register: str, letter: str) -> str:
    """The register in the other width: ``x3`` for ``w3``."""
    if register in ("sp", "wsp"):
        return "sp" if letter == "x" else "wsp"
    return letter + register[1:]


def _evaluate(text: str, environment: Environment) -> int:
    def value(node: ast.expr) -> int:
        match node:
            case ast.BinOp(left, op, right):
                return _OPERATORS[type(op)](value(left), value(right))
            case ast.UnaryOp(ast.Invert(), operand):
                return ~value(operand)
            case ast.UnaryOp(ast.USub(), operand):
                return -value(operand)
            case ast.Call(ast.Attribute(ast.Name(name), "bit_length")):
                return int(environment[name]).bit_length()
            case ast.Constant(int(number)):
                return number
            case ast.Name(name):
                return int(environment[name])
            case _:
                raise WordsError(f"{text}: no such expression")

    return value(ast.parse(text, mode="eval").body)


def instantiate(rule: Rule, environment: Environment, fresh: Sequence[str]) -> Block | None:
    """The rule's lines, or None where they are no instructions. ``fresh`` are registers ``x..`` for ``t`` and ``u``."""
    letter = next((str(environment[name])[0] for name in rule.pattern if name in REGISTERS), "x")
    values = dict(environment)
    values["W"] = 32 if letter == "w" else 64
    for name, register in (
        *((name, str(value)) for name, value in environment.items() if name in REGISTERS),
        *zip("tu", fresh, strict=False),
    ):
        values[name] = register if name in environment else resized(register, letter if letter in "wx" else "x")
        values[name + "w"], values[name + "x"] = resized(register, "w"), resized(register, "x")
        values[name + "d"] = resized(register, letter)
    if "c" in environment:
        values["ci"] = _INVERSE[str(environment["c"])]
    try:
        return tuple(line([_word(word, values) for word in text]) for text in rule.lines)
    except (WordsError, SemanticsError, ValueError, KeyError):
        return None


def _word(word: str, values: Environment) -> str:
    if word[0] == "{":
        return f"#{_evaluate(word[1:-1], values)}"
    value = values.get(word, word)
    return f"#{value}" if isinstance(value, int) else value


@dataclass
class Expander:
    """Makes one block longer, step by step.

    Attributes:
        random: the source of choices.
        block: the block so far.
        spare: registers ``x..`` that neither the block nor what follows it uses.
        frame: bytes of stack frame that steps may spill to; 0 for none.
    """

    random: Random
    block: list[Instruction]
    spare: list[str] = field(default_factory=list[str])
    frame: int = 0

    def grow(self, steps: int) -> None:
        """Apply ``steps`` random steps; those that do not fit are skipped."""
        for _ in range(steps):
            kind = self.random.random()
            if kind < 0.62:
                self._by_rule()
            else:
                self.random.choice(_STEPS)(self)

    def _by_rule(self) -> None:
        position = self.random.randrange(len(self.block))
        text = words(self.block[position])
        fitting = [(rule, found) for rule in RULES if rule.pattern[0] == text[0] and (found := match(rule, text)) is not None]
        self.random.shuffle(fitting)
        for rule, environment in fitting[:3]:
            lines = instantiate(rule, environment, self._fresh(2))
            if lines is not None:
                self.block[position : position + 1] = lines
                return

    def _fresh(self, count: int) -> list[str]:
        """Registers for temporaries; mostly new ones, sometimes such as an earlier step used up."""
        chosen = self.random.sample(self.spare, min(count, len(self.spare)))
        return chosen + ["x9", "x10"][: count - len(chosen)]

    def _operands(self, position: int) -> list[str]:
        """The general registers that an instruction reads and names."""
        reads = effects(self.block[position]).reads
        return [word for word in words(self.block[position])[1:] if is_register(word) and word[1:].isdigit() and "x" + word[1:] in reads]

    def _substitute(self, position: int, old: str, new: str) -> bool:
        """Let an instruction read ``new`` where it read ``old`` (both ``x..``), its result left alone."""
        text = words(self.block[position])
        first = 1 if effects(self.block[position]).writes - {"mem"} and text[0] not in ("cmp", "cmn", "tst") else 0
        changed = [
            resized(new, word[0]) if i > first and is_register(word) and "x" + word[1:] == old else word for i, word in enumerate(text)
        ]
        if changed == text:
            return False
        try:
            self.block[position] = line(changed)
        except (WordsError, SemanticsError):
            return False
        return True

    def copy(self) -> None:
        """An operand is copied before its use."""
        position = self.random.randrange(len(self.block))
        sources = self._operands(position)
        if sources:
            source, new = self.random.choice(sources), self._fresh(1)[0]
            if self._substitute(position, "x" + source[1:], new):
                self.block.insert(self.random.randrange(position + 1), line(["mov", resized(new, source[0]), source]))

    def dead(self) -> None:
        """An instruction whose result nobody uses, or that computes what is there already."""
        position = self.random.randrange(len(self.block))
        text = words(self.block[self.random.randrange(position + 1)])
        if len(text) > 2 and is_register(text[1]) and not text[0].startswith("st") and "[" not in text:
            self._insert(position, [text[0], resized(self._fresh(1)[0], text[1][0]), *text[2:]])

    def recompute(self) -> None:
        """A value is computed twice, and the second copy used."""
        makers = [i for i, instruction in enumerate(self.block) if effects(instruction).writes - {"mem"}]
        if not makers:
            return
        maker = self.random.choice(makers)
        text, new = words(self.block[maker]), self._fresh(1)[0]
        if text[0] in ("cmp", "cmn", "tst", "ldp") or not is_register(text[1]):
            return
        users = [i for i in range(maker + 1, len(self.block)) if "x" + text[1][1:] in effects(self.block[i]).reads]
        if users and self._substitute(users[0], "x" + text[1][1:], new):
            self._insert(users[0], [text[0], resized(new, text[1][0]), *text[2:]])

    def cancel(self) -> None:
        """A value is changed and changed back."""
        position = self.random.randrange(len(self.block))
        sources = self._operands(position)
        if not sources:
            return
        source, new = self.random.choice(sources), self._fresh(1)[0]
        there, back = self.random.choice((("add", "sub"), ("sub", "add"), ("eor", "eor"), ("mvn", "mvn"), ("neg", "neg")))
        name = resized(new, source[0])
        extra = [f"#{self.random.choice((1, 2, 3, 7, 15, 63, 255))}"] if there not in ("mvn", "neg") else []
        if self._substitute(position, "x" + source[1:], new):
            self._insert(position, [there, name, source, *extra])
            self._insert(position + 1, [back, name, name, *extra])

    def extend(self) -> None:
        """A 32-bit operand is zero-extended once more."""
        position = self.random.randrange(len(self.block))
        sources = [source for source in self._operands(position) if source[0] == "w"]
        if sources:
            source, new = self.random.choice(sources), self._fresh(1)[0]
            if self._substitute(position, "x" + source[1:], new):
                self._insert(
                    position,
                    ["and", "x" + new[1:], "x" + source[1:], f"#{(1 << 32) - 1}"]
                    if self.random.random() < 0.4
                    else ["mov", "w" + new[1:], source],
                )

    def swap(self) -> None:
        """Two neighbours change places."""
        if len(self.block) > 1:
            i = self.random.randrange(len(self.block) - 1)
            self.block[i], self.block[i + 1] = self.block[i + 1], self.block[i]

    def reload(self) -> None:
        """What a store wrote is loaded again instead of being used from its register."""
        stores = [i for i, instruction in enumerate(self.block) if words(instruction)[0] == "str" and words(instruction)[-1] == "]"]
        if not stores:
            return
        store = self.random.choice(stores)
        text, new = words(self.block[store]), self._fresh(1)[0]
        users = [i for i in range(store + 1, len(self.block)) if "x" + text[1][1:] in effects(self.block[i]).reads]
        if users and self._substitute(users[0], "x" + text[1][1:], new):
            self._insert(users[0], ["ldr", resized(new, text[1][0]), *text[2:]])

    def spill(self) -> None:
        """A value goes through a stack slot, as without optimisation."""
        position = self.random.randrange(len(self.block))
        sources = self._operands(position)
        if not sources or self.frame < 16:
            return
        source, slot = self.random.choice(sources), self.random.randrange(0, self.frame, 8)
        slot += self.random.choice((0, 4)) if source[0] == "w" else 0
        new = self._fresh(1)[0] if self.random.random() < 0.5 else "x" + source[1:]
        place = ["[", "sp", f"#{slot}", "]"] if slot else ["[", "sp", "]"]
        if new == "x" + source[1:] or self._substitute(position, "x" + source[1:], new):
            self._insert(position, ["ldr", resized(new, source[0]), *place])
            self._insert(self.random.randrange(position + 1), ["str", source, *place])

    def _insert(self, position: int, text: Sequence[str]) -> None:
        try:
            self.block.insert(position, line(text))
        except (WordsError, SemanticsError):
            return


_STEPS: tuple[Callable[[Expander], None], ...] = (
    Expander.copy, Expander.copy, Expander.dead, Expander.recompute, Expander.cancel, Expander.extend, Expander.swap,
    Expander.reload, Expander.spill, Expander.spill,
)  # fmt: skip


def registers_in(block: Sequence[Instruction]) -> set[str]:
    """The general registers ``x..`` that a block names or uses."""
    return {location for i in block for location in (*effects(i).reads, *effects(i).writes) if location[0] == "x"}
