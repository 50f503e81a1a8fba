// An atomic increment by exclusives, in a loop.
// expect: equivalent
src:
.Lretry:
    ldaxr x2, [x0]
    add x2, x2, #1
    add x2, x2, #1
    stlxr w3, x2, [x0]
    cbnz w3, .Lretry
    ret
tgt:
.Lretry:
    ldaxr x2, [x0]
    add x2, x2, #2
    stlxr w3, x2, [x0]
    cbnz w3, .Lretry
    ret
