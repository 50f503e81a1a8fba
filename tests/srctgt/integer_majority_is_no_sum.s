// Majority: these two terms have bits in common.
// live-out: x0
// expect: different
// differs: x0
src:
    and x8, x0, x1
    and x9, x0, x2
    and x10, x1, x2
    eor x8, x8, x9
    eor x0, x8, x10
tgt:
    orr x8, x0, x1
    and x9, x0, x1
    and x8, x8, x2
    add x0, x8, x9
