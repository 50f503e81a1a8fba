// Ordered loads are never judged.
// live-out: x0
// expect: unsupported
src:
    ldar x0, [x1]
tgt:
    ldr x0, [x1]
