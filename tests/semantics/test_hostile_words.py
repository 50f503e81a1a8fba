"""Any 32-bit word: decoder, printer, assembler and the lifter answer or refuse, and agree where they answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from grammars.errors import GrammarError
from semantics.assembler import assemble, assemble_text, decode, rows
from semantics.block import execute
from semantics.errors import SemanticsError

ROOT = Path(__file__).resolve().parents[2]
anything = st.integers(0, (1 << 32) - 1)


@st.composite
def nearly_valid(draw: st.DrawFn) -> int:
    """A word with the fixed bits of some row, or all but one of them."""
    encoding = draw(st.sampled_from(rows())).encoding
    word = draw(anything) & ~encoding.mask & 0xFFFFFFFF | encoding.value
    return word ^ draw(st.sampled_from((0, 0, 1 << draw(st.integers(0, 31)))))


words = nearly_valid() | anything


@settings(max_examples=1000, deadline=None)
@example(0)
@example(0xFFFFFFFF)
@given(words)
def test_a_word_decodes_to_its_own_instruction_or_to_none(word: int) -> None:
    found = decode(word)
    if found is None:
        return
    assert found.code == word
    assert assemble(found.plain).code == word
    if "target" not in dict(found.fields):
        assert assemble_text(found.text).code == word


@settings(max_examples=300, deadline=None)
@given(st.lists(words, max_size=6))
def test_words_run_symbolically_or_are_refused(found: list[int]) -> None:
    block = [made for word in found if (made := decode(word)) is not None]
    try:
        execute(block)
    except SemanticsError as error:
        assert str(error)


@settings(max_examples=400, deadline=None)
@given(words, st.data())
def test_damaged_text_is_an_instruction_or_an_error(word: int, data: st.DataObject) -> None:
    found = decode(word)
    if found is None:
        return
    text = found.text
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 3))
    put = data.draw(st.text(st.sampled_from("0123456789xwvsp#[]{},.!-+*() lteq\t\u00e9\u2028\x00"), max_size=4))
    try:
        made = assemble_text(text[:at] + put + text[at + cut :])
    except (GrammarError, SemanticsError) as error:
        assert str(error)
    else:
        assert made.symbol is not None or "target" in dict(made.fields) or decode(made.code) is not None


LIFT = """
import random, resource
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from semantics.assembler import decode, rows
from semantics.block import execute
from semantics.errors import SemanticsError
from semantics.vex.lift import lift
choose, lifted, refused = random.Random(20), 0, 0
for number in range(1500):
    word = choose.getrandbits(32)
    if number % 3:
        encoding = choose.choice(rows()).encoding
        word = word & ~encoding.mask | encoding.value
    lifted += lift(word) is not None
    found = decode(word)
    if found is not None:
        try:
            execute([found], "vex")
        except SemanticsError:
            refused += 1
print(lifted, refused)
"""


def test_the_lifter_survives_any_word_within_its_limits() -> None:
    """In a process of its own: libVEX is C."""
    ran = subprocess.run([sys.executable, "-c", LIFT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    lifted, refused = map(int, ran.stdout.split())
    assert lifted > 400 and refused > 50
