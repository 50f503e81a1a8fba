// Clearing the lowest bit set: three ways agree.
// live-out: x0
// expect: equivalent
src:
    neg x1, x0
    and x1, x1, x0
    sub x0, x0, x1
tgt:
    sub x1, x0, #1
    and x0, x0, x1
