// Negating both operands changes -2^63 over 2.
// live-out: x0
// expect: different
// differs: x0
src:
    sdiv x0, x1, x2
tgt:
    neg x8, x1
    neg x9, x2
    sdiv x0, x8, x9
