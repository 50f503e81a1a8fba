// A comparison as gcc -O0 writes it.
// live-out: w0,sp,mem
// dead-stack: yes
// expect: equivalent
src:
    sub sp, sp, #16
    str w0, [sp, #12]
    str w1, [sp, #8]
    ldr w9, [sp, #12]
    ldr w8, [sp, #8]
    cmp w9, w8
    cset w8, gt
    and w8, w8, #1
    str w8, [sp, #4]
    ldr w0, [sp, #4]
    add sp, sp, #16
tgt:
    cmp w0, w1
    cset w0, gt
