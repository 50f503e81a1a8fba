// A store in between may overlap: nothing says that the pointers differ.
// live-out: x2,mem
// expect: different
// differs: x2
src:
    str x0, [x1]
    str x3, [x4]
    ldr x2, [x1]
tgt:
    str x0, [x1]
    str x3, [x4]
    mov x2, x0
