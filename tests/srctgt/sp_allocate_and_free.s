// Moving sp down and up again is nothing.
// expect: equivalent
src:
    sub sp, sp, #32
    add sp, sp, #32
tgt:
    mov x0, x0
