// A test of the lower half.
// live-out: nzcv
// expect: different
// differs: n
src:
    ands x0, x1, x2
tgt:
    tst w1, w2
