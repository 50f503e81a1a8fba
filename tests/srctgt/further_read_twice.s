// Another thread may write between the two reads.
// live-out: x2,x3
// further: same-access-size
// expect: different
// differs: x3 (if memory changes meanwhile)
src:
    ldr x2, [x0]
    ldr x3, [x0]
tgt:
    ldr x2, [x0]
    ldr x3, [x0]
    mov x3, x2
