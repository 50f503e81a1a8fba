"""Pairs of texts with control flow: functions, loops, diamonds, and code with calls or ordered instructions."""
