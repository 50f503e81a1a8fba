// A system call sees all registers.
// live-out: x0
// expect: unknown
src:
    mov x8, #64
    add x9, x1, #0
    svc #0
tgt:
    mov x8, #64
    svc #0
