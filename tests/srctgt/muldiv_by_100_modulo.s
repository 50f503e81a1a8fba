// A product's lower half needs the lower halves alone.
// live-out: w0
// expect: equivalent
src:
    mov w8, #100
    mul w0, w1, w8
tgt:
    mov x8, #100
    mul x0, x1, x8
