// A structure load of three reads more than two registers hold.
// live-out: v0,mem
// expect: different
// differs: read of a byte that the original does not read there
src:
    ld1 {v0.16b, v1.16b}, [x0]
tgt:
    ld1 {v0.16b, v1.16b, v2.16b}, [x0]
