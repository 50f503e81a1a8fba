// Adding -5 is subtracting 5, the flags included.
// live-out: x0,nzcv
// expect: equivalent
src:
    mov x8, #-5
    adds x0, x0, x8
tgt:
    subs x0, x0, #5
