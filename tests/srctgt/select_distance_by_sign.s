// The distance of unsigned numbers by the sign of the difference.
// live-out: x0
// expect: different
// differs: x0
src:
    subs x8, x0, x1
    cneg x0, x8, lo
tgt:
    subs x8, x0, x1
    cneg x0, x8, mi
