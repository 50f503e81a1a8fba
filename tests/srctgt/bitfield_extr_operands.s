// extr with its operands exchanged.
// live-out: x0
// expect: different
// differs: x0
src:
    lsl x8, x1, #24
    lsr x9, x2, #40
    orr x0, x8, x9
tgt:
    extr x0, x2, x1, #40
