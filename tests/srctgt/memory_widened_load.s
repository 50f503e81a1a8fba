// A wider load reads bytes that the original does not read.
// live-out: w0
// expect: different
// differs: read of a byte that the original does not read there
src:
    ldrb w0, [x1]
tgt:
    ldr w0, [x1]
    and w0, w0, #0xff
