// A byte may not be read after sp has left it behind: a handler may overwrite it.
// live-out: x0,sp
// expect: different
// differs: read of a byte that the original does not read there
src:
    str x0, [sp, #-16]!
    ldr x0, [sp]
    add sp, sp, #16
tgt:
    str x0, [sp, #-16]!
    add sp, sp, #16
    ldr x0, [sp, #-16]
