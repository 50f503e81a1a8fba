"""Measurements of speed and quality: `python -m benchmarks` runs most of them and writes RESULTS.md.

Commands of their own, for they need files or answer another question: `benchmarks.coverage` (how much real code has a meaning),
`benchmarks.copies` (memory under noalias), `benchmarks.certificates`, `benchmarks.sleigh`, `benchmarks.cost_rank`.
"""
