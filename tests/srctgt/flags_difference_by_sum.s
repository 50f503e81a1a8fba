// N and Z of a difference are those of the sum with the negation.
// live-out: x0,n,z
// expect: equivalent
src:
    subs x0, x0, x1
tgt:
    sub x0, x0, x1
    tst x0, x0
