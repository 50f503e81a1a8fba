"""Edits change what they name, in the style of its surroundings, and not a byte besides."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grammars.errors import EditError, GrammarError
from grammars.listing import Edit, Instruction, LabelDef, parse_listing, parse_operation
from grammars.operands import Operation

TWO = (parse_operation("add x1, x2, #1"), parse_operation("ret"))
ONE = TWO[:1]


def edited(text: str, *edits: Edit) -> str:
    return parse_listing(text, "t.s").replace(edits)


@pytest.mark.parametrize(
    ("text", "edit", "expected"),
    [
        # whole lines, with the spacing of the first
        ("\tnop\n\tmov\tx0, x1 // c\n\tnop\n", Edit(1, 2, TWO), "\tnop\n\tadd\tx1, x2, #1\n\tret\n\tnop\n"),
        ("  nop\n  mov x0, x1\n", Edit(1, 2, TWO), "  nop\n  add x1, x2, #1\n  ret\n"),
        ("    subs    x0, x0, 1\n", Edit(0, 1, ONE), "    add     x1, x2, #1\n"),
        ("\tmov\tx0, x1\r\n\tnop\r\n", Edit(0, 1, TWO), "\tadd\tx1, x2, #1\r\n\tret\r\n\tnop\r\n"),
        ("\tmov\tx0, x1", Edit(0, 1, TWO), "\tadd\tx1, x2, #1\n\tret"),
        ("\tret\n\tmov\tx0, x1\n", Edit(0, 1, ONE), "\tadd\tx1, x2, #1\n\tmov\tx0, x1\n"),
        ("\tmov\tx0, x1\n", Edit(0, 1, ("ADD  x1,x2,1",)), "\tADD  x1,x2,1\n"),
        # several lines; comments and blank lines between them stay
        ("\tmov x0, x1 // a\n\n\t// b\n\tnop // c\n\tret\n", Edit(0, 2, ONE), "\tadd x1, x2, #1\n\n\t// b\n\tret\n"),
        ("\tnop\n/* a\n b */ nop // c\n\tret\n", Edit(1, 2, ()), "\tnop\n/* a\n b */\tret\n"),
        ("\tnop /* a\n b */\n\tret\n", Edit(0, 1, ()), "/* a\n b */\n\tret\n"),
        ("\tadd x0, /* a\n b */ x1, x2\n\tret\n", Edit(0, 1, ()), "\tret\n"),
        # deletion
        ("\tnop\n\tmov x0, x1\n\tret\n", Edit(1, 2, ()), "\tnop\n\tret\n"),
        ("\tnop\n\tret", Edit(1, 2, ()), "\tnop\n"),
        ("nop", Edit(0, 1, ()), ""),
        # labels keep their line
        ("a: b:\tmov\tx0, x1 // c\n\tret\n", Edit(2, 3, ONE), "a: b:\n\tadd\tx1, x2, #1\n\tret\n"),
        ("a:  mov x0, x1", Edit(1, 2, ()), "a:"),
        ("a:\n    mov x0, x1\n", Edit(1, 2, TWO), "a:\n    add x1, x2, #1\n    ret\n"),
        # shared lines
        ("nop; mov x0, x1; ret // c\n", Edit(1, 2, TWO), "nop; add x1, x2, #1; ret; ret // c\n"),
        ("nop; mov x0, x1; ret // c\n", Edit(0, 1, ()), "mov x0, x1; ret // c\n"),
        ("nop; mov x0, x1; ret // c\n", Edit(2, 3, ONE), "nop; mov x0, x1; add x1, x2, #1 // c\n"),
        ("nop; mov x0, x1; ret // c\n", Edit(1, 3, ()), "nop // c\n"),
        ("nop; mov x0, x1 // c\n", Edit(0, 2, ONE), "\tadd x1, x2, #1\n".lstrip()),
        ("a: nop; ret\n", Edit(1, 2, ONE), "a: add x1, x2, #1; ret\n"),
        ("nop; b: ret\n", Edit(0, 1, ()), "b: ret\n"),
        ("nop; mov x0, x1\nnop; ret\n", Edit(1, 3, ONE), "nop; add x1, x2, #1\nret\n"),
        # insertion
        ("\tmov\tx0, x1\n\tret\n", Edit(1, 1, ONE), "\tmov\tx0, x1\n\tadd\tx1, x2, #1\n\tret\n"),
        ("a: nop\n", Edit(1, 1, ONE), "a: add x1, x2, #1; nop\n"),
        ("  nop", Edit(1, 1, ONE), "  nop\n  add x1, x2, #1\n"),
        ("", Edit(0, 0, ONE), "\tadd\tx1, x2, #1\n"),
        ("\tnop\n", Edit(0, 0, ()), "\tnop\n"),
        ("// a\n\tnop // b\n", Edit(0, 0, ONE), "// a\n\tadd\tx1, x2, #1\n\tnop // b\n"),
    ],
)
def test_edits(text: str, edit: Edit, expected: str) -> None:
    assert edited(text, edit) == expected


def test_several_edits_in_any_order() -> None:
    text = "a:\tnop\n\tmov x0, x1\n\t.word 1\n\tmov x2, x3 // c\n\tret\n"
    result = edited(text, Edit(4, 5, ONE), Edit(2, 3, ()))
    assert result == "a:\tnop\n\t.word 1\n\tadd x1, x2, #1\n\tret\n"


def test_neighbouring_edits_share_a_line() -> None:
    assert edited("nop; mov x0, x1; ret", Edit(0, 1, ONE), Edit(1, 2, ()), Edit(2, 3, ONE)) == "add x1, x2, #1\nadd x1, x2, #1"


def test_symbols_printed_by_edits_stay_symbols() -> None:
    assert edited("\tbl\ts0\n", Edit(0, 1, (parse_operation("bl x1"),))) == '\tbl\t"x1"\n'


@pytest.mark.parametrize(
    ("text", "edits", "message"),
    [
        ("nop\na:\n", [Edit(1, 2, ())], "only instructions can be replaced"),
        ("nop\n", [Edit(0, 2, ())], "there are 1 statements"),
        ("nop\n", [Edit(1, 0, ())], "there are 1 statements"),
        ("nop\nnop\n", [Edit(0, 2, ()), Edit(1, 2, ())], "two edits overlap"),
        (".macro ADD\n.endm\nnop\n", [Edit(1, 2, ONE)], "the surrounding text changes the new instructions"),
        ("x2 .req x5\nacc .req x6\nnop\n", [Edit(2, 3, ("mov acc, x0",))], "the surrounding text changes"),
    ],
)
def test_edits_out_of_place(text: str, edits: list[Edit], message: str) -> None:
    with pytest.raises(EditError, match=message):
        edited(text, *edits)


@pytest.mark.parametrize("text", ["add x0 x1", "nop; nop", "a: nop", "nop // c", "", ".word 1"])
def test_texts_are_single_instructions(text: str) -> None:
    with pytest.raises(GrammarError):
        edited("\tmov x0, x1\n", Edit(0, 1, (text,)))


LINES = ["nop", "\tmov\tx0, x1", "a: ", "1:", ".word 4", "add x0, x0, /* i */ #1", "b: ret", '.ascii "; // "']
ENDS = ["\n", "; ", " // c; nop\n", "\r\n", " /* d */ ; ", " /* e\n f */\n", "\n\n# g\n", "\n/* h */ ", ";\n"]
texts = st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(ENDS)).map("".join), max_size=8).map("".join)


@settings(max_examples=800)
@given(text=texts, data=st.data())
def test_any_edit_gives_the_statements_asked_for(text: str, data: st.DataObject) -> None:
    listing = parse_listing(text)
    count = len(listing.statements)
    start = data.draw(st.integers(0, count))
    stop = data.draw(st.integers(start, count))
    while not all(isinstance(statement, Instruction) for statement in listing.statements[start:stop]):
        stop -= 1
    replacement = data.draw(st.lists(st.sampled_from(TWO), max_size=3).map(tuple))
    result = listing.replace([Edit(start, stop, replacement)])  # reads the result again and compares
    kept = [*listing.statements[:start], *listing.statements[stop:]]
    assert len(parse_listing(result).statements) == len(kept) + len(replacement)
    for statement in kept:
        assert text[slice(*statement.span)] in result


@settings(max_examples=300)
@given(text=texts, data=st.data())
def test_other_lines_keep_their_bytes(text: str, data: st.DataObject) -> None:
    listing = parse_listing(text)
    alone = [
        index for index, statement in enumerate(listing.statements) if isinstance(statement, Instruction) and owns_its_line(text, statement)
    ]
    if not alone:
        return
    index = data.draw(st.sampled_from(alone))
    operation: Operation = TWO[1]
    result = listing.replace([Edit(index, index + 1, (operation,))])
    line = listing.statements[index].position.line - 1
    before, after = text.split("\n"), result.split("\n")
    assert before[:line] == after[:line] and before[line + 1 :] == after[line + 1 :]


def owns_its_line(text: str, statement: Instruction | LabelDef) -> bool:
    line = text.split("\n")[statement.position.line - 1].strip()
    return line == text[slice(*statement.span)]
