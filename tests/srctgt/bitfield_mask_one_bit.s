// A mask with one bit more.
// live-out: x0
// expect: different
// differs: x0
src:
    lsr x8, x0, #3
    lsl x0, x8, #3
tgt:
    and x0, x0, #0xfffffffffffffffc
