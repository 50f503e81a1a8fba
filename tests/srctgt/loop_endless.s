// A loop without an end is no return.
// expect: unknown
src:
.Lloop:
    b .Lloop
tgt:
    ret
