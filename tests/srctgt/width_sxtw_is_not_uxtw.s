// Signed and unsigned indices are different addresses.
// live-out: x0
// expect: different
// differs: x0, read of a byte that the original does not read there
src:
    sxtw x2, w2
    ldr x0, [x1, x2, lsl #3]
tgt:
    ldr x0, [x1, w2, uxtw #3]
