// It does where one side is aligned to less.
// live-out: x3,mem
// expect: different
// differs: memory, write of a byte that the original does not write there
src:
    and x1, x1, #-8
    and x0, x0, #-8
    ldr x2, [x0]
    str x2, [x1]
    ldr x3, [x0]
tgt:
    and x1, x1, #-4
    and x0, x0, #-8
    ldr x2, [x0]
    str x2, [x1]
    mov x3, x2
