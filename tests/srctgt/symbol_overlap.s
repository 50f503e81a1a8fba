// Two symbols may overlap.
// live-out: mem
// expect: different
// differs: memory
src:
    adrp x8, buf
    add x8, x8, :lo12:buf
    adrp x9, bug
    add x9, x9, :lo12:bug
    str x0, [x8]
    str x1, [x9]
tgt:
    adrp x8, buf
    add x8, x8, :lo12:buf
    adrp x9, bug
    add x9, x9, :lo12:bug
    str x1, [x9]
    str x0, [x8]
