// The narrowest of three sign extensions decides.
// live-out: x0
// expect: equivalent
src:
    sxtb w8, w1
    sxth w8, w8
    sxtw x0, w8
tgt:
    sxtb x0, w1
