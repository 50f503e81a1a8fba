// cmn with zero clears C.
// live-out: nzcv
// expect: different
// differs: c
src:
    cmp x0, #0
tgt:
    cmn x0, #0
