// A loop without an end is no return.
// expect: different
// differs: branch target
src:
.Lloop:
    b .Lloop
tgt:
    ret
