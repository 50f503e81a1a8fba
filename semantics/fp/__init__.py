"""IEEE 754 arithmetic as AArch64 does it with FPCR = 0, bit for bit.

:mod:`~semantics.fp.functions` evaluates the operations that words call by name (``fp:add.f64.rne``) on Python ints,
:mod:`~semantics.fp.arrays` on numpy columns; :mod:`~semantics.fp.words` builds words, exact ones for what bit-vector
logic expresses (signs, comparisons, minimum and maximum) and calls by name for the rest. No exception bits.
"""
