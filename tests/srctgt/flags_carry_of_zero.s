// Adding zero clears C, subtracting it sets C.
// live-out: x0,nzcv
// expect: different
// differs: c
src:
    mov x8, #0
    adds x0, x0, x8
tgt:
    subs x0, x0, #0
