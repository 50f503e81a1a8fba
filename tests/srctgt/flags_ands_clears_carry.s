// tst sets Z and N as cmp with 0 does, C and V are cleared by tst alone.
// live-out: n,z
// expect: equivalent
src:
    cmp x0, #0
tgt:
    tst x0, x0
