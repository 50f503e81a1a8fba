"""Constant expressions: GNU as's order of operators and 64-bit arithmetic."""

import random
import re
import shutil
import subprocess

import pytest

from grammars.errors import GrammarError
from grammars.instruction import parse_operation
from grammars.operands import Immediate, Name, Operand, Symbol

MASK = (1 << 64) - 1


def value(expression: str) -> Operand:
    return parse_operation(f"mov x0, #{expression}").operands[1]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("4*8", 32),
        ("1+2*3", 7),
        ("(1+2)*3", 9),
        ("10-3-2", 5),
        ("1<<4-1", 15),  # a shift binds like a product, unlike in C
        ("1|2+4", 7),  # `|` binds closer than `+`
        ("3^1", 2),
        ("12&10|1", 9),
        ("-8/3", -2),
        ("-8%3", -2),
        ("8/-3", -2),
        ("-8>>1", 0x7FFFFFFFFFFFFFFC),
        ("-1<<4", -16),
        ("~0", -1),
        ("~0xff", -256),
        ("~0xffffffff00000000", 0xFFFFFFFF),
        ("- -3", 3),
        ("-~3", 4),
        ("+5", 5),
        ("1<<63", 1 << 63),
        ("0xffffffffffffffff>>60", 15),
        ("0xffffffffffffffff&-2", MASK - 1),
        ("'a'-32", 65),
        ("0x10/0b10*010", 64),
    ],
)
def test_values(expression: str, expected: int) -> None:
    assert value(expression) == Immediate(expected)


@pytest.mark.parametrize(
    "expression",
    [
        "1/0",
        "1%0",
        "1<<64",
        "1<<-1",
        "1>>999999999",
        "0xff<<60",
        "0xffffffffffffffff+1",
        "-0xffffffffffffffff",
        "0xffffffffffffffff/2",
        "1/0xffffffffffffffff",
        "0x8000000000000000*2",
        "1<<1<<63",
    ],
)
def test_what_assemblers_would_wrap_or_differ_in_is_refused(expression: str) -> None:
    with pytest.raises(GrammarError):
        value(expression)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("sym", Symbol("sym")),
        ("sym+4*2", Symbol("sym", None, 8)),
        ("8+sym-4", Symbol("sym", None, 4)),
        ("(sym+4)+4", Symbol("sym", None, 8)),
        ('"a b"-1', Symbol("a b", None, -1)),
        ("end-start", Name("end-start")),
        ("end-start-4", Name("(end-start)-4")),
        ("(end-start+4)*2", Name("((end-start)+4)*2")),
        ("-sym", Name("-sym")),
        ("1-sym", Name("1-sym")),
        ("sym*-2", Name("sym*(-2)")),
        ("~(sym+1)", Name("~(sym+1)")),
    ],
)
def test_symbols_stay(expression: str, expected: Operand) -> None:
    assert value(expression) == expected


def random_expression(random_: random.Random, depth: int) -> str:
    if depth == 0 or random_.random() < 0.2:
        return random_.choice(["1", "2", "3", "7", "010", "0x1f", "0b11", "255", "4095"])
    if random_.random() < 0.25:
        return random_.choice("-~+") + random_expression(random_, 0)
    if random_.random() < 0.25:
        return f"({random_expression(random_, depth - 1)})"
    sign = random_.choice(["+", "-", "*", "/", "%", "<<", ">>", "&", "|", "^"])
    return f"{random_expression(random_, depth - 1)}{sign}{random_expression(random_, depth - 1)}"


@pytest.mark.parametrize("seed", range(3))
def test_values_are_those_of_llvm(seed: int) -> None:
    if shutil.which("llvm-mc-19") is None:
        pytest.skip("llvm-mc-19 is not installed")
    random_ = random.Random(seed)
    expected: dict[str, int] = {}
    while len(expected) < 400:
        expression = random_expression(random_, 4)
        try:
            found = value(expression)
        except GrammarError:
            continue
        assert isinstance(found, Immediate)
        expected[expression] = found.value & MASK
    text = "".join(f".xword {expression}\n" for expression in expected)
    run = subprocess.run(["llvm-mc-19", "-triple=aarch64"], input=text, capture_output=True, text=True, timeout=60, check=True)
    words = [int(word, 0) & MASK for word in re.findall(r"\.xword\s+(\S+)", run.stdout)]
    assert words == list(expected.values()), f"seed {seed}"
