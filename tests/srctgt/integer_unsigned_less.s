// Hacker's Delight's unsigned comparison.
// live-out: x0
// expect: equivalent
src:
    bic x8, x1, x0
    eon x9, x0, x1
    sub x10, x0, x1
    and x9, x9, x10
    orr x8, x8, x9
    lsr x0, x8, #63
tgt:
    cmp x0, x1
    cset x0, lo
