// A copy that overlaps its source in part changes it.
// live-out: x3
// expect: different
// differs: x3
src:
    ldr x2, [x0]
    str x2, [x1]
    ldr x3, [x0]
tgt:
    ldr x2, [x0]
    str x2, [x1]
    mov x3, x2
