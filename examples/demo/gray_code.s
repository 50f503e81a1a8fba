	.text
	.file	"gray_code.c"
	.globl	binary_to_gray                  // -- Begin function binary_to_gray
	.p2align	2
	.type	binary_to_gray,@function
binary_to_gray:                         // @binary_to_gray
	.cfi_startproc
// %bb.0:
	sub	sp, sp, #16
	.cfi_def_cfa_offset 16
	str	w0, [sp, #12]
	ldr	w8, [sp, #12]
	ldr	w9, [sp, #12]
	eor	w0, w8, w9, lsr #1
	add	sp, sp, #16
	.cfi_def_cfa_offset 0
	ret
.Lfunc_end0:
	.size	binary_to_gray, .Lfunc_end0-binary_to_gray
	.cfi_endproc
                                        // -- End function
	.globl	gray_to_binary                  // -- Begin function gray_to_binary
	.p2align	2
	.type	gray_to_binary,@function
gray_to_binary:                         // @gray_to_binary
	.cfi_startproc
// %bb.0:
	sub	sp, sp, #16
	.cfi_def_cfa_offset 16
	str	w0, [sp, #12]
	ldr	w9, [sp, #12]
	ldr	w8, [sp, #12]
	eor	w8, w8, w9, lsr #16
	str	w8, [sp, #12]
	ldr	w9, [sp, #12]
	ldr	w8, [sp, #12]
	eor	w8, w8, w9, lsr #8
	str	w8, [sp, #12]
	ldr	w9, [sp, #12]
	ldr	w8, [sp, #12]
	eor	w8, w8, w9, lsr #4
	str	w8, [sp, #12]
	ldr	w9, [sp, #12]
	ldr	w8, [sp, #12]
	eor	w8, w8, w9, lsr #2
	str	w8, [sp, #12]
	ldr	w9, [sp, #12]
	ldr	w8, [sp, #12]
	eor	w8, w8, w9, lsr #1
	str	w8, [sp, #12]
	ldr	w0, [sp, #12]
	add	sp, sp, #16
	.cfi_def_cfa_offset 0
	ret
.Lfunc_end1:
	.size	gray_to_binary, .Lfunc_end1-gray_to_binary
	.cfi_endproc
                                        // -- End function
	.globl	gray_to_binary_loop             // -- Begin function gray_to_binary_loop
	.p2align	2
	.type	gray_to_binary_loop,@function
gray_to_binary_loop:                    // @gray_to_binary_loop
	.cfi_startproc
// %bb.0:
	sub	sp, sp, #16
	.cfi_def_cfa_offset 16
	str	x0, [sp, #8]
	str	xzr, [sp]
	b	.LBB2_1
.LBB2_1:                                // =>This Inner Loop Header: Depth=1
	ldr	x8, [sp, #8]
	cbz	x8, .LBB2_4
	b	.LBB2_2
.LBB2_2:                                //   in Loop: Header=BB2_1 Depth=1
	ldr	x9, [sp, #8]
	ldr	x8, [sp]
	eor	x8, x8, x9
	str	x8, [sp]
	b	.LBB2_3
.LBB2_3:                                //   in Loop: Header=BB2_1 Depth=1
	ldr	x8, [sp, #8]
	lsr	x8, x8, #1
	str	x8, [sp, #8]
	b	.LBB2_1
.LBB2_4:
	ldr	x0, [sp]
	add	sp, sp, #16
	.cfi_def_cfa_offset 0
	ret
.Lfunc_end2:
	.size	gray_to_binary_loop, .Lfunc_end2-gray_to_binary_loop
	.cfi_endproc
                                        // -- End function
	.globl	next_gray                       // -- Begin function next_gray
	.p2align	2
	.type	next_gray,@function
next_gray:                              // @next_gray
	.cfi_startproc
// %bb.0:
	sub	sp, sp, #32
	.cfi_def_cfa_offset 32
	stp	x29, x30, [sp, #16]             // 16-byte Folded Spill
	add	x29, sp, #16
	.cfi_def_cfa w29, 16
	.cfi_offset w30, -8
	.cfi_offset w29, -16
	stur	w0, [x29, #-4]
	ldur	w0, [x29, #-4]
	bl	gray_to_binary
	add	w0, w0, #1
	bl	binary_to_gray
	.cfi_def_cfa wsp, 32
	ldp	x29, x30, [sp, #16]             // 16-byte Folded Reload
	add	sp, sp, #32
	.cfi_def_cfa_offset 0
	.cfi_restore w30
	.cfi_restore w29
	ret
.Lfunc_end3:
	.size	next_gray, .Lfunc_end3-next_gray
	.cfi_endproc
                                        // -- End function
	.ident	"Debian clang version 19.1.7 (3~deb12u1)"
	.section	".note.GNU-stack","",@progbits
