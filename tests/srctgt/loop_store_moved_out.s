// A store in a loop cannot wait for its end: each round must leave the same memory.
// live-out: x0,mem
// expect: different
// differs: byte
src:
.Lloop:
    str x1, [x0]
    subs x1, x1, #1
    b.ne .Lloop
    ret
tgt:
.Lloop:
    subs x1, x1, #1
    b.ne .Lloop
    str x1, [x0]
    ret
