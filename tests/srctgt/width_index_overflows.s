// A 32-bit index that wraps before it is extended.
// live-out: x0
// expect: different
// differs: x0
src:
    add w8, w1, #1
    mov w8, w8
    lsl x0, x8, #2
tgt:
    mov w8, w1
    add x8, x8, #1
    lsl x0, x8, #2
