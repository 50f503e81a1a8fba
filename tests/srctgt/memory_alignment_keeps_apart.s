// Bit 3 of the addresses keeps the stores apart.
// live-out: mem
// expect: equivalent
src:
    and x0, x0, #-16
    orr x1, x1, #8
    and x1, x1, #-8
    and x1, x1, #0xfffffffffffffff8
    str x2, [x0]
    str x3, [x1]
tgt:
    and x0, x0, #-16
    orr x1, x1, #8
    and x1, x1, #-8
    str x3, [x1]
    str x2, [x0]
