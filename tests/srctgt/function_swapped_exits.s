// The two ways out are swapped.
// expect: different
// differs: way out
src:
    cbz x0, .Lzero
    mov x0, #1
    b yes
.Lzero:
    b no
tgt:
    cbz x0, .Lzero
    mov x0, #1
    b no
.Lzero:
    b yes
