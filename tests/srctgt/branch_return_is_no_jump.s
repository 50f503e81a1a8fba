// A return is not a jump.
// live-out: x0
// expect: different
// differs: branch target
src:
    add x0, x0, #1
    br x1
tgt:
    add x0, x0, #1
    ret x1
