"""Solver processes: a server that forks one process for each query, with limits that the operating system enforces."""
