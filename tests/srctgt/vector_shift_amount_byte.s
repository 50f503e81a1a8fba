// ushl takes its amounts from the lowest bytes.
// live-out: v0
// expect: equivalent
src:
    neg v3.4s, v2.4s
    ushl v0.4s, v1.4s, v3.4s
tgt:
    neg v3.16b, v2.16b
    ushl v0.4s, v1.4s, v3.4s
