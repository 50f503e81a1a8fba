"""Floating-point functions told to SMT solvers: words over fresh inputs, and what SMT-LIB's theory demands of those inputs.

Every call that the theory can express is replaced by words in which NaNs are dealt with as AArch64 does, bit for bit, and a
fresh input, the *number*, stands for what IEEE 754 defines. SMT-LIB has a single NaN and no function from numbers to bits, so
the number is constrained: read as a number it is the operation's result, and it is the default NaN where that is NaN. Exactly
one number meets this for each choice of operands, so nothing is lost or added. Calls that the theory cannot
express stay functions of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from semantics import simplify as s
from semantics.fp import words as fp
from semantics.fp.arithmetic import constant
from semantics.fp.format import BY_WIDTH, FORMATS, SINGLE, Format
from semantics.fp.functions import PREFIX
from semantics.fp.rounding import MODES
from semantics.words import Word, topological

LEMMAS = 16  # calls of the same function that a call is compared with

_MODES = {"rne": "RNE", "rm": "RTN", "rp": "RTP", "rz": "RTZ", "rna": "RNA"}
_OPERATIONS = {"add": "fp.add", "sub": "fp.sub", "mul": "fp.mul", "mulx": "fp.mul", "div": "fp.div", "fma": "fp.fma"}
_COMMUTATIVE = ("add", "mul", "mulx", "fma")
_UNARY = {"sqrt": "fp.sqrt", "rint": "fp.roundToIntegral"}


@dataclass(slots=True)
class Theory:
    """What replaces the calls met so far.

    Attributes:
        numbers: the fresh inputs.
        operands: the words that the demands speak of, by the name they have there.
        demands: assertions in SMT-LIB, one about each number and its operands.
        lemmas: assertions that follow from the demands.
    """

    numbers: list[Word] = field(default_factory=list[Word])
    operands: dict[str, Word] = field(default_factory=dict[str, Word])
    demands: list[str] = field(default_factory=list[str])
    lemmas: list[Word] = field(default_factory=list[Word])
    _replaced: dict[Word, Word] = field(default_factory=dict[Word, Word])
    _ranks: dict[Word, int] = field(default_factory=dict[Word, int])  # of replaced words, in the order they were met
    _known: dict[Word, Word] = field(default_factory=dict[Word, Word])  # the fresh input of each call

    def told(self, roots: Sequence[Word]) -> list[Word]:
        """The words with every call replaced that can be; the fresh inputs are called ``fp0``, ``fp1``, ..."""
        for word in topological(roots):
            if word not in self._replaced:
                args = tuple(self._replaced[arg] for arg in word.args)
                rebuilt = s.rebuild(word.op, word.width, args, word.attrs) if args != word.args else word
                self._replaced[word] = self._call(rebuilt) if rebuilt.op == "uf" else rebuilt
                self._ranks.setdefault(self._replaced[word], len(self._ranks))
        return [self._replaced[root] for root in roots]

    def _call(self, word: Word) -> Word:
        name = str(word.attrs[0])
        if not name.startswith(PREFIX):
            return word
        operation, *rest = name.removeprefix(PREFIX).split(".")
        mode = rest.pop() if rest and rest[-1] in MODES else "rne"
        if operation == "convert":
            return self._conversion(word, rest[0], rest[1], mode)
        if len(rest) != 1 or rest[0] not in FORMATS or mode not in _MODES:
            return word
        if operation in _OPERATIONS:
            return self._arithmetic(word, operation, FORMATS[rest[0]], mode)
        if operation in _UNARY:
            (value,) = word.args
            form = FORMATS[rest[0]]
            # SMT-LIB's square root and rounding are asked of a number; which NaN comes out is decided here.
            text = f"({_UNARY[operation]} {_MODES[mode]} {_read(form, '{0}')})"
            return propagated((value,), self._number(word, form, text))
        match operation:
            case "recps":
                return self._step(word.args, s.const(constant(FORMATS[rest[0]], 1, 1), word.width))
            case "rsqrts":
                return self._step(_half_product(*word.args), s.const(constant(FORMATS[rest[0]], 3, -1), word.width))
            case "rint32" | "rint64":
                return self._sized(word, FORMATS[rest[0]], mode, int(operation[-2:]))
            case "recpx":
                return propagated(word.args, _exponent_inverted(word.args[0]))
            case _:
                return word

    def _arithmetic(self, word: Word, operation: str, form: Format, mode: str) -> Word:
        operands = " ".join(_read(form, f"{{{i}}}") for i in range(len(word.args)))
        left, right, *addend = word.args
        call = self._ordered(word) if operation in _COMMUTATIVE else word
        number = self._number(call, form, f"({_OPERATIONS[operation]} {_MODES[mode]} {operands})")
        invalid = infinity_times_zero(left, right)
        if operation == "fma":
            nan = s.const(form.default_nan, form.width)
            return s.ite(invalid & fp.is_quiet(addend[0]), nan, propagated((addend[0], left, right), number))
        if operation == "mulx":
            two = s.const(constant(form, 1, 1), form.width) | ((left ^ right) & form.sign)
            return s.ite(invalid, two, propagated((left, right), number))
        return propagated((left, right), number)

    def _ordered(self, word: Word) -> Word:
        """The call with its first two operands in a fixed order: the number does not depend on it, though NaNs do."""
        first, second, *rest = word.args
        if self._rank(first) <= self._rank(second):
            return word
        return s.uf(str(word.attrs[0]), word.width, [second, first, *rest])

    def _rank(self, word: Word) -> int:
        return self._ranks.setdefault(word, len(self._ranks))

    def _step(self, operands: Sequence[Word], minuend: Word) -> Word:
        """``minuend - left * right``, rounded once; the minuend where the product is infinity times zero."""
        left, right, form = fp.negated(operands[0]), operands[1], BY_WIDTH[minuend.width]
        fused = s.uf(f"{PREFIX}fma.{form.name}.rne", form.width, [left, right, minuend])
        text = f"(fp.fma RNE {_read(form, '{0}')} {_read(form, '{1}')} {_read(form, '{2}')})"
        number = self._number(fused, form, text)
        return propagated((left, right), s.ite(infinity_times_zero(left, right), minuend, number))

    def _sized(self, word: Word, form: Format, mode: str, size: int) -> Word:
        """Rounded to an integral value; the least integer of ``size`` bits for what is no such integer."""
        (value,) = word.args
        number = self._number(word, form, f"(fp.roundToIntegral {_MODES[mode]} {_read(form, '{0}')})")
        least, beyond = (s.const(constant(form, 1, size - 1) | sign, form.width) for sign in (form.sign, 0))
        outside = fp.is_nan(value) | fp.greater(least, number) | fp.greater_or_equal(number, beyond)
        return s.ite(outside, least, number)

    # --- conversions ---

    def _conversion(self, word: Word, source: str, target: str, mode: str) -> Word:
        one, other = FORMATS.get(source), FORMATS.get(target)
        if mode == "odd" and one is not None and other is not None:
            return self._to_odd(word, one, other)
        if mode not in _MODES or "q" in source + target:
            return word
        if one is not None and other is not None:
            number = self._number(word, other, f"({_to(other)} {_MODES[mode]} {_read(one, '{0}')})")
            return s.ite(fp.is_nan(word.args[0]), _converted_nan(word.args[0], one, other), number)
        if other is not None:
            reading = _to(other) if source[0] == "s" else _to(other, "to_fp_unsigned")
            return self._number(word, other, f"({reading} RNE {{0}})")
        return word if one is None else self._to_integer(word, one, target[0] == "s", int(target[1:]), mode)

    def _to_odd(self, word: Word, source: Format, target: Format) -> Word:
        """Rounded to zero, with the last bit set where that is not exact."""
        (value,) = word.args
        name = f"{PREFIX}convert.{source.name}.{target.name}.rz"
        short = self._number(s.uf(name, word.width, [value]), target, f"({_to(target)} RTZ {_read(source, '{0}')})")
        back = s.uf(f"{PREFIX}convert.{target.name}.{source.name}", value.width, [short])
        exact = s.eq(self._number(back, source, f"({_to(source)} RNE {_read(target, '{0}')})"), value)
        return s.ite(fp.is_nan(value), _converted_nan(value, source, target), s.ite(exact, short, short | 1))

    def _to_integer(self, word: Word, form: Format, signed: bool, width: int, mode: str) -> Word:
        """Saturated at the ends, which single precision can express; half precision is widened to it, exactly."""
        value = _read(form, "{0}")
        if form.width == 16:
            form, value = SINGLE, f"({_to(SINGLE)} RNE {value})"
        least = f"(fp {_bits(1, 1)} {_split(form, constant(form, 1, width - 1))})" if signed else _literal(form, 0)
        beyond = _literal(form, constant(form, 1, width - 1 if signed else width))
        lowest, highest = (1 << (width - 1), (1 << (width - 1)) - 1) if signed else (0, (1 << width) - 1)
        integer = f"((_ {'fp.to_sbv' if signed else 'fp.to_ubv'} {width}) RTZ x)"
        inside = f"(ite (fp.lt x {least}) {_bits(lowest, width)} (ite (fp.geq x {beyond}) {_bits(highest, width)} {integer}))"
        whole = f"(fp.roundToIntegral {_MODES[mode]} {value})"
        return self._fresh(word, f"(let ((x {whole})) (= {{result}} (ite (fp.isNaN x) {_bits(0, width)} {inside})))")

    # --- fresh inputs ---

    def _number(self, word: Word, form: Format, text: str) -> Word:
        """The fresh input that is the number ``text``, in which ``{0}`` stands for the first operand's bits."""
        nan = _bits(form.default_nan, form.width)
        demand = f"(let ((x {text})) (ite (fp.isNaN x) (= {{result}} {nan}) (= {_read(form, '{result}')} x)))"
        return self._fresh(word, demand)

    def _fresh(self, word: Word, demand: str) -> Word:
        """The fresh input for a call; ``demand`` has ``{0}`` for its first operand and ``{result}`` for the input itself.

        Calls of one function are equal where their operands are: solvers know it, and are faster if told.
        """
        known = self._known.get(word)
        if known is not None:
            return known
        name = f"fp{len(self.numbers)}"
        result = s.var(name, word.width)
        names = [f"{name}.{i}" for i in range(len(word.args))]
        self.operands |= dict(zip(names, word.args, strict=True))
        self.demands.append(demand.format(*names, result=name))
        alike = [(call, other) for call, other in self._known.items() if call.attrs == word.attrs and call.width == word.width]
        for call, other in alike[-LEMMAS:]:
            same = s.and_(*(s.eq(a, b) for a, b in zip(call.args, word.args, strict=True)), s.TRUE)
            self.lemmas.append(~same | s.eq(other, result))
        self.numbers.append(result)
        self._known[word] = result
        return result


def propagated(operands: Sequence[Word], number: Word) -> Word:
    """``number``, or the NaN among the operands: the first signalling one, made quiet, or else the first."""
    result, quiet = number, BY_WIDTH[number.width].quiet
    for operand in reversed(operands):
        result = s.ite(fp.is_nan(operand), operand, result)
    for operand in reversed(operands):
        result = s.ite(fp.is_nan(operand) & ~fp.is_quiet(operand), operand | quiet, result)
    return result


def infinity_times_zero(left: Word, right: Word) -> Word:
    """One bit: one operand is infinite and the other 0."""
    infinity, zero = s.const(BY_WIDTH[left.width].infinity, left.width), s.const(0, left.width)
    a, b = fp.magnitude(left), fp.magnitude(right)
    return (s.eq(a, infinity) & s.eq(b, zero)) | (s.eq(a, zero) & s.eq(b, infinity))


def _half_product(left: Word, right: Word) -> tuple[Word, Word]:
    """Operands whose product is half as large: the larger one halved, exactly.

    It cannot be halved exactly only if both are so small that nothing is seen of the product beside 1.5.
    """
    larger = s.ult(fp.magnitude(right), fp.magnitude(left))
    return s.ite(larger, _halved(left), left), s.ite(larger, right, _halved(right))


def _halved(value: Word) -> Word:
    form = BY_WIDTH[value.width]
    field = s.extract(value, form.fraction, form.exponent)
    fixed = s.ult(field, s.const(2, form.exponent)) | s.eq(field, s.const(-1, form.exponent))
    return s.ite(fixed, value, value - (1 << form.fraction))


def _exponent_inverted(value: Word) -> Word:
    """FPRecpX of a number."""
    form = BY_WIDTH[value.width]
    field = s.extract(value, form.fraction, form.exponent)
    other = s.ite(s.eq(field, s.const(0, form.exponent)), s.const(-2, form.exponent), ~field)
    return s.concat(s.bit(value, form.width - 1), other, s.const(0, form.fraction))


def _converted_nan(value: Word, source: Format, target: Format) -> Word:
    """Sign and high bits of the payload, made quiet (FPConvertNaN)."""
    payload = s.truncate(value, source.fraction - 1)
    gap = target.fraction - source.fraction
    if gap >= 0:
        payload = s.concat(payload, s.const(0, gap)) if gap else payload
    else:
        payload = s.extract(payload, -gap, target.fraction - 1)
    ones = s.const((1 << (target.exponent + 1)) - 1, target.exponent + 1)
    return s.concat(s.bit(value, source.width - 1), ones, payload)


# --- SMT-LIB ------------------------------------------------------------------------------------


def _to(form: Format, function: str = "to_fp") -> str:
    return f"(_ {function} {form.exponent} {form.fraction + 1})"


def _read(form: Format, bits: str) -> str:
    return f"({_to(form)} {bits})"


def _bits(value: int, width: int) -> str:
    return f"#b{value:0{width}b}"


def _split(form: Format, bits: int) -> str:
    fields = f"{bits:0{form.width}b}"
    return f"#b{fields[1 : form.exponent + 1]} #b{fields[form.exponent + 1 :]}"


def _literal(form: Format, bits: int) -> str:
    return f"(fp {_bits(bits >> (form.width - 1), 1)} {_split(form, bits)})"
