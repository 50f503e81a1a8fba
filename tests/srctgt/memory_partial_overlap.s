// A store of four bytes into the middle of what is loaded.
// live-out: x2,mem
// expect: different
// differs: x2
src:
    str x0, [x1]
    str w3, [x1, #6]
    ldr x2, [x1]
tgt:
    str x0, [x1]
    str w3, [x1, #6]
    mov x2, x0
