"""Interpreters of words: Python ints, numpy arrays, z3, SMT-LIB text and readable text."""
