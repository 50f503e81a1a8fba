// A load whose result is dead may go.
// live-out: x0
// expect: equivalent
src:
    ldr x2, [x1]
    mov x0, #1
tgt:
    mov x0, #1
