"""How much work the rules may do; beyond a limit a word keeps the form it has, which is right but not normal."""

MAX_TERMS = 12  # a longer sum is kept as a sum of sums: normalising it would cost quadratic time
MAX_HEIGHT = 48  # rules that rebuild a whole word leave a higher one as it is: bounds Python's recursion
MAX_TRUNCATED, MAX_SLICED = 4000, 400  # weights up to which slices at and off bit 0 are pushed: at shifts, slices multiply
MAX_REMEMBERED = 200_000  # remembered extractions, without which sharing would make pushing exponential
MAX_SLICES = 8  # a bitwise operation cut into more pieces than this stays whole
