// A selection of values becomes one of addresses: the cache tells x4.
// live-out: x5
// further: constant-time
// expect: different
// differs: constant time: address of access 1 (read of 8 bytes)
src:
    ldr x2, [x0]
    ldr x3, [x1]
    cmp x4, #0
    csel x5, x2, x3, eq
tgt:
    cmp x4, #0
    csel x6, x0, x1, eq
    ldr x5, [x6]
