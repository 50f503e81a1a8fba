"""The rows of A64, one module per group of encodings of the Arm ARM.

Modules of general registers declare rows with meanings (``@insn``, on import). The others, for vectors, floating
point and system instructions, declare syntax and encoding only: each has a function ``rows`` that makes its rows when
the first such instruction is met. ``semantics.assembler`` lists both kinds.
"""
