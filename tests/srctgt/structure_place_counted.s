// A place counted from an instruction moves when code is rewritten.
// live-out: x0
// expect: unsupported
src:
    add x0, x0, #0
    b .-4
tgt:
    b .-4
