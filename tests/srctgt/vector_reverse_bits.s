// rbit of bytes, then bytes reversed.
// live-out: x0
// expect: equivalent
src:
    fmov d0, x0
    rbit v0.8b, v0.8b
    rev64 v0.8b, v0.8b
    fmov x0, d0
tgt:
    rbit x0, x0
