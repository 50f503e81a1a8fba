// uqadd by a comparison.
// live-out: v0
// expect: equivalent
src:
    uqadd v0.16b, v1.16b, v2.16b
tgt:
    add v3.16b, v1.16b, v2.16b
    cmhi v4.16b, v1.16b, v3.16b
    orr v0.16b, v3.16b, v4.16b
