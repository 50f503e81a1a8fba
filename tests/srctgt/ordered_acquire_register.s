// The acquired value may come in another register.
// live-out: x0,x1,mem
// expect: equivalent
src:
    ldar x0, [x1]
tgt:
    add x2, x1, #0
    ldar x3, [x2]
    mov x0, x3
