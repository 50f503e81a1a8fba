// What is written through a pointer and read again may lie below sp.
// live-out: x0,sp,mem
// dead-stack: yes
// expect: different
// differs: write of a byte that the original does not write there, read of a byte that the original does not read there
src:
    sub sp, sp, #16
    str x0, [x2]
    ldr x0, [x2]
    add sp, sp, #16
tgt:
    str x0, [x2]
    ldr x0, [x2]
