// What changes how floating point works is left alone.
// expect: unsupported
src:
    msr fpcr, x0
    add x1, x1, #0
tgt:
    msr fpcr, x0
