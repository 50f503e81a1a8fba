// tbnz of the sign is a comparison with zero.
// live-out: x0
// expect: equivalent
src:
    cmp x0, #0
    b.lt away
tgt:
    tbnz x0, #63, away
