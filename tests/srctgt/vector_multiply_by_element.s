// A multiplication by an element is one by its copies.
// live-out: v0
// expect: equivalent
src:
    dup v3.8h, v2.h[5]
    mla v0.8h, v1.8h, v3.8h
tgt:
    mla v0.8h, v1.8h, v2.h[5]
    dup v3.8h, v2.h[0]
