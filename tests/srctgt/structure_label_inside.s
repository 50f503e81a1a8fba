// A label inside starts a second block.
// live-out: x0
// expect: unsupported
src:
    add x0, x0, #1
inside:
    add x0, x0, #1
tgt:
    add x0, x0, #2
