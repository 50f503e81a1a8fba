// There are 64 of them in zero.
// live-out: x0
// expect: different
// differs: x0
src:
    rbit x8, x0
    clz x0, x8
tgt:
    neg x8, x0
    and x8, x8, x0
    clz x8, x8
    eor x0, x8, #63
