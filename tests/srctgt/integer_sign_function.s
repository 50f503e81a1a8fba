// csetm by neg and orr needs the orr: 0x8000000000000000 and positive numbers differ.
// live-out: x0
// expect: different
// differs: x0
src:
    cmp x0, #0
    csetm x0, ne
tgt:
    neg x8, x0
    asr x0, x8, #63
