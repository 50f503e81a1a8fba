// Where a computed jump goes is not known.
// expect: unsupported
src:
    adr x1, .Ltable
    ldr x1, [x1, x0, lsl #3]
    br x1
.Ltable:
    ret
tgt:
    ret
