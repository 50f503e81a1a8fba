// The sign bit of the other width.
// live-out: x0
// expect: different
// differs: branch taken
src:
    cmp w0, #0
    b.lt away
tgt:
    tbnz x0, #63, away
