// The same, with the carry live.
// live-out: nzcv
// expect: different
// differs: c
src:
    cmp x0, #0
tgt:
    tst x0, x0
