"""The rows of A64, one module per group of encodings of the Arm ARM.

Modules of general registers declare their rows on import (``@insn``). The others, for vectors, floating point and system
instructions, have a function ``rows`` that makes them when the first such instruction is met: with a meaning
(``meaning``), or syntax and encoding only (``syntax``). ``semantics.assembler`` lists both kinds.
"""
