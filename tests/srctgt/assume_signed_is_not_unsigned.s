// A negative number is below 8 as a signed one only.
// live-out: x0
// assume: x1 <s 8
// expect: different
// differs: x0
src:
    cmp x1, #8
    cset x0, lo
tgt:
    mov x0, #1
