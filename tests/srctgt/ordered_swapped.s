// Two ordered loads in the other order.
// expect: unknown
src:
    ldar x0, [x1]
    ldar x2, [x3]
tgt:
    ldar x2, [x3]
    ldar x0, [x1]
