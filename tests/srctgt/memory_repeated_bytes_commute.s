// Stores of two equal bytes commute.
// live-out: mem
// expect: equivalent
src:
    and w0, w0, #0xff
    orr w0, w0, w0, lsl #8
    strh w0, [x1]
    strh w0, [x3]
tgt:
    and w0, w0, #0xff
    orr w0, w0, w0, lsl #8
    strh w0, [x3]
    strh w0, [x1]
