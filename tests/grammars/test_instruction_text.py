"""One instruction as text: what it reads as, how it prints, and what is refused where."""

import pytest
from hypothesis import given, settings
from operation_strategies import operations

from grammars.errors import GrammarError
from grammars.instruction import MAX_STATEMENT, format_operation, parse_operation
from grammars.operands import (
    FloatImmediate,
    Immediate,
    Memory,
    Modifier,
    Name,
    Operand,
    Operation,
    Register,
    RegisterList,
    Symbol,
    VectorRegister,
)


def r(name: str) -> Register:
    return Register(name)


def v(number: int, arrangement: str | None = None, index: int | None = None) -> VectorRegister:
    return VectorRegister(number, arrangement, index)


OPERANDS: list[tuple[str, tuple[Operand, ...]]] = [
    ("ret", ()),
    ("ADD\tX0 , Sp,WZR", (r("x0"), r("sp"), r("wzr"))),
    ("mov fp, lr", (r("x29"), r("x30"))),
    ("add ip0, IP1, d31", (r("x16"), r("x17"), r("d31"))),
    ("add x0, x1, 16", (r("x0"), r("x1"), Immediate(16))),
    ("add x0, x1, #0x10", (r("x0"), r("x1"), Immediate(16))),
    ("mov x0, #-0X1f", (r("x0"), Immediate(-31))),
    ("mov x0, 0b101", (r("x0"), Immediate(5))),
    ("mov x0, #017", (r("x0"), Immediate(15))),
    ("mov w0, #'a'", (r("w0"), Immediate(97))),
    ("mov w0, 'a", (r("w0"), Immediate(97))),
    (r"mov w0, #'\n'+1", (r("w0"), Immediate(11))),
    ("mov w0, ','", (r("w0"), Immediate(44))),
    ("add x0, x1, #(1<<4)-1", (r("x0"), r("x1"), Immediate(15))),
    ("fmov d0, #1.0", (r("d0"), FloatImmediate(1.0))),
    ("fmov d0, -1.0e1", (r("d0"), FloatImmediate(-10.0))),
    ("fmov v0.2d, #.5", (v(0, "2d"), FloatImmediate(0.5))),
    ("add x0, x1, w2, SXTW #2", (r("x0"), r("x1"), r("w2"), Modifier("sxtw", 2))),
    ("add x0, x1, w2, uxtb", (r("x0"), r("x1"), r("w2"), Modifier("uxtb", None))),
    ("movi v0.4S, 1, msl 8", (v(0, "4s"), Immediate(1), Modifier("msl", 8))),
    ("mov v3.s[2], w1", (v(3, "s", 2), r("w1"))),
    ("sdot v0.4s, v1.16b, v2.4b[1+2]", (v(0, "4s"), v(1, "16b"), v(2, "4b", 3))),
    ("ldr x0, [x1]", (r("x0"), Memory(r("x1")))),
    ("ldr x0, [ sp , 8 ]", (r("x0"), Memory(r("sp"), Immediate(8)))),
    ("ldr x0, [x1, #8]!", (r("x0"), Memory(r("x1"), Immediate(8), None, "pre"))),
    ("ldr x0, [x1], #-8", (r("x0"), Memory(r("x1"), Immediate(-8), None, "post"))),
    ("ld1 {v0.4s}, [x1], x2", (RegisterList((v(0, "4s"),)), Memory(r("x1"), r("x2"), None, "post"))),
    ("ldr x0, [x1, x2, lsl #3]", (r("x0"), Memory(r("x1"), r("x2"), Modifier("lsl", 3)))),
    ("ldr x0, [x1, w2, uxtw]", (r("x0"), Memory(r("x1"), r("w2"), Modifier("uxtw")))),
    ("ldr x0, [x0, :lo12:d1+4]", (r("x0"), Memory(r("x0"), Symbol("d1", "lo12", 4)))),
    ("ldr x0, [x0, #:got_lo12:sym]", (r("x0"), Memory(r("x0"), Symbol("sym", "got_lo12")))),
    ("add x0, x0, :tprel_lo12_nc:x - 8", (r("x0"), r("x0"), Symbol("x", "tprel_lo12_nc", -8))),
    ("adrp x0, :got:sym", (r("x0"), Symbol("sym", "got"))),
    ("ldr x0, =0x1234", (r("x0"), Symbol("", "=", 0x1234))),
    ("ldr x0, =sym+8", (r("x0"), Symbol("sym", "=", 8))),
    ("ldr x0, .LC0", (r("x0"), Symbol(".LC0"))),
    ("st2 {v31.8b, v0.8b}, [x0]", (RegisterList((v(31, "8b"), v(0, "8b"))), Memory(r("x0")))),
    ("ld1 {v30.4s - v1.4s}, [x0]", (RegisterList(tuple(v(n, "4s") for n in (30, 31, 0, 1))), Memory(r("x0")))),
    ("ld2 {v0.s, v1.s}[3], [x0]", (RegisterList((v(0, "s"), v(1, "s")), 3), Memory(r("x0")))),
    ("csel x0, x1, x2, EQ", (r("x0"), r("x1"), r("x2"), Name("eq"))),
    ("ccmp x0, #1, #4, ne", (r("x0"), Immediate(1), Immediate(4), Name("ne"))),
    ("dsb ish", (Name("ish"),)),
    ("bti c", (Name("c"),)),
    ("mrs x0, TPIDR_EL0", (r("x0"), Name("tpidr_el0"))),
    ("msr s3_3_c4_c2_0, x1", (Name("s3_3_c4_c2_0"), r("x1"))),
    ("sys #3, c7, C4, #1, x0", (Immediate(3), Name("c7"), Name("c4"), Immediate(1), r("x0"))),
    ("prfm pldl1keep, [x0]", (Name("pldl1keep"), Memory(r("x0")))),
    ("prfm 5, [x0]", (Immediate(5), Memory(r("x0")))),
    ("b .", (Symbol("."),)),
    ("b . + 8", (Symbol(".", None, 8),)),
    ("b.eq 1f", (Symbol("1f"),)),
    ("tbnz w0, #3, 01b", (r("w0"), Immediate(3), Symbol("1b"))),
    ("bl s0", (Symbol("s0"),)),
    ("bl ror", (Symbol("ror"),)),
    ("cbz x0, X1", (r("x0"), Symbol("X1"))),
    ("ldr w1, s0", (r("w1"), Symbol("s0"))),
    ("ldr x0, [x1], x2", (r("x0"), Memory(r("x1"), r("x2"), None, "post"))),
    ('bl "two words"', (Symbol("two words"),)),
    ("bl #-4", (Immediate(-4),)),
    ("add x0, x1, SYM", (r("x0"), r("x1"), Symbol("SYM"))),
    ("mov x0, #(end - start) / 4", (r("x0"), Name("(end-start)/4"))),
    ("ldr x0, [x0, #a-b]", (r("x0"), Name("[x0, a-b]"))),
    ("lsl x0, x1, #N", (r("x0"), r("x1"), Symbol("N"))),
    ("add x0, x1, x2, lsl #N", (r("x0"), r("x1"), r("x2"), Name("lsl #N"))),
    ("cpyp [x0]!, [x1]!, x2!", (Memory(r("x0"), mode="pre"), Memory(r("x1"), mode="pre"), Name("x2!"))),
    ("ld1w {z0.s}, p0/z, [x0, #1, mul vl]", (Name("{z0.s}"), Name("p0/z"), Name("[x0, #1, mul vl]"))),
    ("whilelo p0.s, wzr, w3", (Name("p0.s"), r("wzr"), r("w3"))),
]


@pytest.mark.parametrize(("text", "operands"), OPERANDS, ids=[text for text, _ in OPERANDS])
def test_operands(text: str, operands: tuple[Operand, ...]) -> None:
    operation = parse_operation(text)
    assert operation == Operation(text.split()[0].lower(), operands)
    assert parse_operation(format_operation(operation)) == operation


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("ADD\tX0,X1,X2,LSL 3", "add x0, x1, x2, lsl #3"),
        ("ldr x0,[x1],8", "ldr x0, [x1], #8"),
        ("LDR X0,[X1,W2,SXTW 2]", "ldr x0, [x1, w2, sxtw #2]"),
        ("str x0,[sp,-16]!", "str x0, [sp, #-16]!"),
        ("ld1 { v0.4s-v2.4s }, [x0]", "ld1 {v0.4s, v1.4s, v2.4s}, [x0]"),
        ("st1 {v0.s} [1], [x0], x1", "st1 {v0.s}[1], [x0], x1"),
        ("add x0,x0,#:lo12:Sym+4", "add x0, x0, :lo12:Sym+4"),
        ("BL v0", 'bl "v0"'),
        ("ldr x0, = -1", "ldr x0, =-1"),
        ("fmov s0, 1", "fmov s0, #1"),
        ("fmov s0, 0.0625", "fmov s0, #0.0625"),
        ("RET", "ret"),
    ],
)
def test_printing_is_llvm_style(text: str, printed: str) -> None:
    assert format_operation(parse_operation(text)) == printed


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "'' ends too early"),
        ("add x0 x1", 8, "unexpected 'x1' in 'add x0 x1', expected ',' or the end"),
        ("  add x0, x1,", 14, "'add x0, x1,' ends too early"),
        ("add x0,, x1", 8, "unexpected ','"),
        ("add x0, x1 }", 12, "unexpected '}'"),
        ("ldr x0, [x1", 12, "'ldr x0, [x1' ends too early, expected ',' or ']'"),
        ("ldr x0, [x1, #8", 16, "expected ']'"),
        ("ldr x0, [#8]", 10, "unexpected '#' in 'ldr x0, [#8]', expected a register"),
        ("st1 {v0.4s", 11, "ends too early, expected"),
        ("st1 {v0.4s-v5.4s}, [x0]", 11, "a register range"),
        ("tbl v0.8b, {v0.8b,v1.8b,v2.8b,v3.8b,v4.8b}, v1.8b", 1, "at most 4 registers"),
        ("mov x0, #1/0", 11, "division by zero"),
        ("mov x0, #(1<<999999999)", 12, "shift by less than 0 or more than 63 bits"),
        ("mov x0, #0xffffffffffffffff+1", 28, "the value does not fit in 64 bits"),
        ("mov x0, #18446744073709551616", 10, "the value does not fit in 64 bits"),
        ("mov x0, #089", 10, "octal"),
        ("mov x0, #0x", 10, "unexpected '0x'"),
        ("mov x0, #1)", 11, "unexpected ')'"),
        ("mov x0, #(1", 12, "ends too early"),
        ("fmov d0, #1e999", 11, "too large for a double"),
        ("fmov d0, #1e-999", 11, "too small for a double"),
        ("csel x0, x1, x2, foo", 21, "needs a condition"),
        ("csel x0, x1, x2", 16, "needs a condition"),
        ("cbz x0", 7, "ends too early, expected ','"),
        ("add x0, x1 // sum", 12, "unexpected '/'"),
        ("foo: add x0, x1", 4, "unexpected ':'"),
        ("add x0,\nx1", 8, "unexpected"),
        (r"mov w0, '\q'", 9, "unknown escape"),
        ("mov w0, 'é'", 9, "ASCII"),
        ("add x0, \x00", 9, r"unexpected '\x00'"),
        ("add x0, \udc80, ]", 17 - 5, "unexpected ']'"),
        ("add z0.s, [z1.s", 16, "expected ']'"),
        ("add z0.s, z1.s ]", 16, "unexpected ']'"),
        ("add z0.s, x1 x2", 14, "unexpected 'x2'"),
    ],
)
def test_errors_name_the_place(text: str, column: int, message: str) -> None:
    with pytest.raises(GrammarError) as caught:
        parse_operation(text, "here")
    error = caught.value
    assert (error.source, error.line, error.column) == ("here", 1, column)
    assert message in error.message
    assert "\n" not in str(error) and str(error).encode("utf-8", "strict")


def test_error_text_is_that_of_compilers() -> None:
    with pytest.raises(GrammarError, match=r"^a\.s:2:5: error: unexpected '}' in '}'$"):
        parse_operation("\n    }", "a.s")


def test_deep_parentheses_are_an_error_and_flat_ones_are_not() -> None:
    with pytest.raises(GrammarError, match="inside each other"):
        parse_operation("mov x0, " + "(" * 20_000 + "1" + ")" * 20_000)
    assert parse_operation("mov x0, " + "+".join(["(1)"] * 100)).operands[1] == Immediate(100)


def test_length_is_limited() -> None:
    assert parse_operation("mov x0, #" + "0" * (MAX_STATEMENT - 9)).operands[1] == Immediate(0)
    with pytest.raises(GrammarError, match="more than 65536"):
        parse_operation("mov x0, #" + "0" * MAX_STATEMENT)


@settings(max_examples=600)
@given(operation=operations)
def test_printing_then_parsing_gives_the_operation(operation: Operation) -> None:
    assert parse_operation(format_operation(operation)) == operation
