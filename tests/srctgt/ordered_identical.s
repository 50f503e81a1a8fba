// The same instructions are equivalent whatever they are.
// expect: equivalent
src:
    ldaxr x0, [x1]
    stlxr w2, x0, [x1]
tgt:
    ldaxr x0, [x1]
    stlxr w2, x0, [x1]
