// Shifted at 32 bits and extended afterwards.
// live-out: x0
// expect: different
// differs: x0
src:
    sxtw x8, w1
    lsl x0, x8, #3
tgt:
    lsl w8, w1, #3
    sxtw x0, w8
