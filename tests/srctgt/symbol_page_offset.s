// The page and the offset of one symbol belong together.
// live-out: x0
// expect: equivalent
src:
    adrp x1, table
    add x0, x1, :lo12:table
tgt:
    adrp x0, table
    add x0, x0, :lo12:table
