// A branch on the sign of a difference.
// live-out: x0
// expect: different
// differs: branch taken
src:
    cmp x0, x1
    b.lt away
tgt:
    sub x8, x0, x1
    tbnz x8, #63, away
