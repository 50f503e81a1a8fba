// cmp x, 0 sets the carry, cmn x, 0 clears it.
// live-out: nzcv
// expect: different
// differs: c
src:
    cmp x0, #0
tgt:
    cmn x0, #0
