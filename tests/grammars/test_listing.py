"""Whole texts: which statements they hold, and where."""

from pathlib import Path

import pytest

from grammars.errors import GrammarError, GrammarsError, SourceError
from grammars.listing import (
    Directive,
    Instruction,
    LabelDef,
    Listing,
    Statement,
    decode_listing,
    encode_listing,
    format_operation,
    parse_listing,
    read_listing,
)


def shown(statement: Statement) -> str:
    """One line for a statement: `LINE:COLUMN what`."""
    place = f"{statement.position.line}:{statement.position.column}"
    match statement:
        case Instruction(operation):
            return f"{place} {format_operation(operation)}"
        case LabelDef(name):
            return f"{place} <{name}>"
        case Directive(name, arguments):
            return f"{place} {name} | {arguments}"


def statements(text: str) -> list[str]:
    listing = parse_listing(text, "t.s")
    assert listing.replace([]) == text
    return [shown(statement) for statement in listing.statements]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \t\n\n;;\r\n", []),
        ("ret", ["1:1 ret"]),
        ("a: b:\tnop\n", ["1:1 <a>", "1:4 <b>", "1:7 nop"]),
        (".L1:\n  b .L1\r\n", ["1:1 <.L1>", "2:3 b .L1"]),
        ('"x y" :bl "x y"', ["1:1 <x y>", '1:8 bl "x y"']),
        ("1: b 1b; 02: b 2b", ["1:1 <1>", "1:4 b 1b", "1:10 <2>", "1:14 b 2b"]),
        ("nop // c ; nop\nnop", ["1:1 nop", "2:1 nop"]),
        ("nop /* a ; b */ ; nop /*", None),
        ("nop /* a ;\n b */ ; nop", ["1:1 nop", "2:9 nop"]),
        ("/* a\n */ l: nop", ["2:5 <l>", "2:8 nop"]),
        ("add x0, /* one\n two */ x1, x2", ["1:1 add x0, x1, x2"]),
        ('// a\n# it\'s 1 "a.c"\n#APP\n\tnop', ["4:2 nop"]),
        ("nop; # rest ; nop\nl: # rest\nnop", ["1:1 nop", "2:1 <l>", "3:1 nop"]),
        (".type f, @function // c", ["1:1 .type | f, @function"]),
        ('.ascii "a;//#/*\\"b" , \'x\' ; nop', ['1:1 .ascii | "a;//#/*\\"b" , \'x\'', "1:29 nop"]),
        (".WORD 1 /* c */ + 2", [".WORD"]),
        ("x = 4 ; .y==5; . = . + 8", ["1:1 = | x = 4", "1:9 = | .y==5", "1:16 = | . = . + 8"]),
        (".set N, 1\n mov x0, N", ["1:1 .set | N, 1", "2:2 mov x0, N"]),
        ("mov w0, #';'; mov w1, '/' // c", ["1:1 mov w0, #59", "1:15 mov w1, #47"]),
        ("bl\tfoo\n.end\nthis ' is \" nothing [", ["1:1 bl foo", "2:1 .end | this ' is \" nothing ["]),
    ],
)
def test_statements(text: str, expected: list[str] | None) -> None:
    if expected is None:
        with pytest.raises(GrammarError, match="unterminated comment"):
            parse_listing(text)
    elif expected == [".WORD"]:
        (directive,) = parse_listing(text).statements
        assert isinstance(directive, Directive)
        assert (directive.name, directive.arguments.split()) == (".word", ["1", "+", "2"])
    else:
        assert statements(text) == expected


def test_spans_are_the_text_of_the_statements() -> None:
    text = "a: \tadd x0, x1, #1 // c\n .word 4 ; ret "
    spans = [text[slice(*statement.span)] for statement in parse_listing(text).statements]
    assert spans == ["a:", "add x0, x1, #1", ".word 4", "ret"]


def test_macros_are_not_interpreted() -> None:
    text = """\
        .macro ADD3 a:req, b=4   // it's
        add \\a, \\a, #\\b
        .macro inner
        .endm
        .endm
        add3 x0, b=8
        Inner "x"
        add x0, x0, #3
"""
    macro, outer, inner, instruction = statements(text)
    assert macro.startswith("1:9 .macro | ADD3 a:req") and macro.endswith(".endm")
    assert [outer, inner, instruction] == ["6:9 add3 | x0, b=8", '7:9 Inner | "x"', "8:9 add x0, x0, #3"]


def test_a_macro_hides_the_instruction_of_its_name() -> None:
    assert statements(".macro mul\n.endm\n MUL x0, x0, x0")[1] == "3:2 MUL | x0, x0, x0"


def test_loops_are_not_interpreted() -> None:
    text = ".irp r, x0, x1; .rept 3\n add \\r, \\r, 1\n.endr ; 1: .endr\nret"
    assert statements(text) == ["1:1 .irp | " + text[5:-4], "4:1 ret"]


def test_preprocessor_lines_are_directives() -> None:
    text = "#define ADD(a) \\\r\n  add a, a, 1\r\n#ifdef X\r\nADD(x0)\r\n#endif\r\n# if we comment\n"
    assert statements(text) == [
        "1:1 #define | ADD(a) \\\r\n  add a, a, 1",
        "3:1 #ifdef | X",
        "4:1 ADD | (x0)",
        "5:1 #endif | ",
        "6:1 #if | we comment",
    ]


def test_what_an_included_file_may_define_is_kept() -> None:
    assert statements('.include "a.inc"\nfunction f, export=1\nnop')[1:] == ["2:1 function | f, export=1", "3:1 nop"]
    with pytest.raises(GrammarError):
        parse_listing("function f, export=1")


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("add ACC, acc, two, lsl #1", "add x3, x3, x3, lsl #1"),
        ("fmla vec.4s, VEC.4s, vec.s[1]", "fmla v5.4s, v5.4s, v5.s[1]"),
        ("ldr x0, [acc, two]", "ldr x0, [x3, x3]"),
        ("mov x0, x1", "mov x0, x1"),  # assemblers ignore an alias named like a register
        ("csel acc, x0, x1, eq", "csel x3, x0, x1, eq"),
        ("b acc", "b acc"),
        ("cbz acc, acc", "cbz x3, acc"),
        ("adr acc, acc", "adr x3, acc"),
        ("add acc, acc, :lo12:acc", "add x3, x3, :lo12:acc"),
        ("bic acc, acc, acc", "bic x3, x3, x3"),
        ("br acc", "br x3"),
        ("ld1 {vec.4s - vec.4s}, [acc], acc", "ld1 {v5.4s}, [x3], x3"),
        ("ldr acc, acc", "ldr x3, acc"),
        ("ldr acc, [acc, #acc]", "ldr x3, [x3, acc]"),
        ("ldr acc, = acc", "ldr x3, =acc"),
        ("ldr acc, [acc, : lo12: acc]", None),
        ("ldr acc, [acc, :lo12: acc]", "ldr x3, [x3, :lo12:acc]"),
        ("add acc, acc, 4 + acc", "add x3, x3, acc+4"),
        ("add acc, acc, (acc)", "add x3, x3, acc"),
        ("add acc, acc, -acc", "add x3, x3, -acc"),
        ("acc acc, acc.x, .acc", "acc x3, acc.x, .acc"),
        ('mul acc, acc, "acc"', "mul x3, x3, acc"),
    ],
)
def test_aliases_stand_for_registers_only(line: str, printed: str | None) -> None:
    head = "acc .req x3\nvec .req v5\nvec .req v6\ntwo .req acc\nx0 .req x9\nlsl .req x1\neq .req x8\n"
    if printed is None:
        with pytest.raises(GrammarError):
            parse_listing(head + line)
    else:
        assert statements(head + line)[-1] == f"8:1 {printed}"


@pytest.mark.parametrize(
    "head",
    [
        ".macro m\nacc .req x4\n.endm\nm\n",
        ".rept 1\n.unreq acc\n.endr\n",
        ".if X\nacc .req x4\n.else\n.endif\n",
        "#ifdef X\n.unreq acc\n#endif\n",
        '.include "registers.inc"\n',
    ],
)
def test_an_alias_that_unseen_text_may_change_is_not_resolved(head: str) -> None:
    *_, load, add = parse_listing(head + "acc .req x3\nldr x0, [acc]\nadd x0, acc, x1").statements
    assert isinstance(load, Directive) and not load.transparent
    assert isinstance(add, Instruction)
    assert format_operation(add.operation) == "add x0, acc, x1"


def test_words_of_the_preprocessor_are_not_interpreted() -> None:
    assert statements("#define x0 x1\nmov x0, #1\nmov x2, #1")[1:] == ["2:1 mov | x0, #1", "3:1 mov x2, #1"]


def test_an_alias_ends() -> None:
    assert statements("acc .req x3\n.unreq acc\nmov x1, acc")[-1] == "3:1 mov x1, acc"


@pytest.mark.parametrize(
    ("text", "transparent"),
    [
        (".cfi_def_cfa_offset 16", True),
        (".loc 1 2 3", True),
        (".p2align 4,,11", True),
        (".balign 16", True),
        (".balign 16, 0xff", False),
        (".word 1", False),
        (".inst 0xd503201f", False),
        (".if 1", False),
        (".section .text.f", False),
        (".rept 2\n.endr", False),
        ("a = 1", False),
        ("#if X", False),
    ],
)
def test_what_control_just_passes(text: str, transparent: bool) -> None:
    (directive,) = parse_listing(text).statements
    assert isinstance(directive, Directive) and directive.transparent is transparent


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("nop\n\tadd x0 x1\n", 2, 9, "unexpected 'x1' in 'add x0 x1', expected ',' or the end"),
        ("nop; nop; ldr x0, [x1 // c", 1, 22, "'ldr x0, [x1' ends too early"),
        ("add x0, /*\n*/ x1 x2", 2, 7, "unexpected 'x2'"),
        ('.ascii "abc\n"', 1, 8, "unterminated string"),
        ("\n  /* abc", 2, 3, "unterminated comment"),
        ("mov w0, #'\n", 1, 10, "unterminated character constant"),
        ("nop\nno\0p", 2, 3, "NUL"),
        ("nop\rnop", 1, 4, "carriage return"),
        (" .macro m\nnop", 1, 2, ".macro without its .endm"),
        (".rept 3\n.endm", 1, 1, ".rept without its .endr"),
        ("}", 1, 1, "unexpected '}'"),
        ("x .req y\nmov x 1", 2, 1, "unexpected"),
    ],
)
def test_errors_name_line_and_column(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(GrammarError) as caught:
        parse_listing(text, "t.s")
    error = caught.value
    assert (error.source, error.line, error.column) == ("t.s", line, column)
    assert message in error.message
    assert "\n" not in str(error)


def test_limits() -> None:
    with pytest.raises(GrammarError, match="line of 10000009 characters"):
        parse_listing("\n\tadd x0, " + "x" * 10_000_000)
    with pytest.raises(GrammarError, match="more than 65536"):
        parse_listing("add x0, " + "x" * 100_000)
    assert statements('.ascii "' + "x" * 1_000_000 + '"')


def test_reading_files(tmp_path: Path) -> None:
    path = tmp_path / "a.s"
    data = b'\tnop // \xff\xfe\r\n.ascii "\xc3\xa9\x80"\n\xe9t\xe9:\n\tret'
    path.write_bytes(data)
    listing = read_listing(path)
    assert listing.source == str(path)
    assert len(listing.statements) == 4
    assert encode_listing(listing.replace([])) == data


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.s", "bad\0name"):
        with pytest.raises(SourceError) as caught:
            read_listing(path)
        assert isinstance(caught.value, GrammarsError)
        assert "\n" not in str(caught.value) and str(caught.value).startswith(str(path))


def test_files_that_are_no_assembly(tmp_path: Path) -> None:
    path = tmp_path / "a.o"
    path.write_bytes(b"\x7fELF\x02\x01\x01\x00\x00")
    with pytest.raises(GrammarError, match="NUL"):
        read_listing(path)
    with pytest.raises(GrammarError, match="byte order mark"):
        decode_listing("nop".encode("utf-16"))


def test_listings_are_values() -> None:
    assert parse_listing("nop") == parse_listing("nop")
    assert isinstance(hash(parse_listing("nop")), int)
    assert isinstance(parse_listing("nop"), Listing)
