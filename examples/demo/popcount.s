	.text
	.file	"popcount.c"
	.globl	popcount32                      // -- Begin function popcount32
	.p2align	2
	.type	popcount32,@function
popcount32:                             // @popcount32
	.cfi_startproc
// %bb.0:
	sub	sp, sp, #16
	.cfi_def_cfa_offset 16
	str	w0, [sp, #12]
	ldr	w8, [sp, #12]
	ldr	w9, [sp, #12]
	lsr	w9, w9, #1
	and	w9, w9, #0x55555555
	subs	w8, w8, w9
	str	w8, [sp, #12]
	ldr	w8, [sp, #12]
	and	w8, w8, #0x33333333
	ldr	w9, [sp, #12]
	lsr	w9, w9, #2
	and	w9, w9, #0x33333333
	add	w8, w8, w9
	str	w8, [sp, #12]
	ldr	w8, [sp, #12]
	ldr	w9, [sp, #12]
	add	w8, w8, w9, lsr #4
	and	w8, w8, #0xf0f0f0f
	str	w8, [sp, #12]
	ldr	w8, [sp, #12]
	mov	w9, #16843009                   // =0x1010101
	mul	w8, w8, w9
	lsr	w0, w8, #24
	add	sp, sp, #16
	.cfi_def_cfa_offset 0
	ret
.Lfunc_end0:
	.size	popcount32, .Lfunc_end0-popcount32
	.cfi_endproc
                                        // -- End function
	.globl	popcount64                      // -- Begin function popcount64
	.p2align	2
	.type	popcount64,@function
popcount64:                             // @popcount64
	.cfi_startproc
// %bb.0:
	sub	sp, sp, #16
	.cfi_def_cfa_offset 16
	str	x0, [sp, #8]
	ldr	x8, [sp, #8]
	ldr	x9, [sp, #8]
	lsr	x9, x9, #1
	and	x9, x9, #0x5555555555555555
	subs	x8, x8, x9
	str	x8, [sp, #8]
	ldr	x8, [sp, #8]
	and	x8, x8, #0x3333333333333333
	ldr	x9, [sp, #8]
	lsr	x9, x9, #2
	and	x9, x9, #0x3333333333333333
	add	x8, x8, x9
	str	x8, [sp, #8]
	ldr	x8, [sp, #8]
	ldr	x9, [sp, #8]
	add	x8, x8, x9, lsr #4
	and	x8, x8, #0xf0f0f0f0f0f0f0f
	str	x8, [sp, #8]
	ldr	x9, [sp, #8]
	ldr	x8, [sp, #8]
	add	x8, x8, x9, lsr #8
	str	x8, [sp, #8]
	ldr	x9, [sp, #8]
	ldr	x8, [sp, #8]
	add	x8, x8, x9, lsr #16
	str	x8, [sp, #8]
	ldr	x9, [sp, #8]
	ldr	x8, [sp, #8]
	add	x8, x8, x9, lsr #32
	str	x8, [sp, #8]
	ldr	x8, [sp, #8]
                                        // kill: def $w8 killed $w8 killed $x8
	and	w0, w8, #0x7f
	add	sp, sp, #16
	.cfi_def_cfa_offset 0
	ret
.Lfunc_end1:
	.size	popcount64, .Lfunc_end1-popcount64
	.cfi_endproc
                                        // -- End function
	.globl	popcount_sparse                 // -- Begin function popcount_sparse
	.p2align	2
	.type	popcount_sparse,@function
popcount_sparse:                        // @popcount_sparse
	.cfi_startproc
// %bb.0:
	sub	sp, sp, #16
	.cfi_def_cfa_offset 16
	str	x0, [sp, #8]
	str	wzr, [sp, #4]
	b	.LBB2_1
.LBB2_1:                                // =>This Inner Loop Header: Depth=1
	ldr	x8, [sp, #8]
	cbz	x8, .LBB2_3
	b	.LBB2_2
.LBB2_2:                                //   in Loop: Header=BB2_1 Depth=1
	ldr	x8, [sp, #8]
	subs	x9, x8, #1
	ldr	x8, [sp, #8]
	and	x8, x8, x9
	str	x8, [sp, #8]
	ldr	w8, [sp, #4]
	add	w8, w8, #1
	str	w8, [sp, #4]
	b	.LBB2_1
.LBB2_3:
	ldr	w0, [sp, #4]
	add	sp, sp, #16
	.cfi_def_cfa_offset 0
	ret
.Lfunc_end2:
	.size	popcount_sparse, .Lfunc_end2-popcount_sparse
	.cfi_endproc
                                        // -- End function
	.globl	parity                          // -- Begin function parity
	.p2align	2
	.type	parity,@function
parity:                                 // @parity
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
	ldr	w8, [sp, #12]
	and	w9, w8, #0xf
	mov	w8, #27030                      // =0x6996
	lsr	w8, w8, w9
	and	w0, w8, #0x1
	add	sp, sp, #16
	.cfi_def_cfa_offset 0
	ret
.Lfunc_end3:
	.size	parity, .Lfunc_end3-parity
	.cfi_endproc
                                        // -- End function
	.globl	hamming_distance                // -- Begin function hamming_distance
	.p2align	2
	.type	hamming_distance,@function
hamming_distance:                       // @hamming_distance
	.cfi_startproc
// %bb.0:
	sub	sp, sp, #64
	.cfi_def_cfa_offset 64
	stp	x29, x30, [sp, #48]             // 16-byte Folded Spill
	add	x29, sp, #48
	.cfi_def_cfa w29, 16
	.cfi_offset w30, -8
	.cfi_offset w29, -16
	stur	x0, [x29, #-8]
	stur	x1, [x29, #-16]
	str	x2, [sp, #24]
	str	wzr, [sp, #20]
	str	xzr, [sp, #8]
	b	.LBB4_1
.LBB4_1:                                // =>This Inner Loop Header: Depth=1
	ldr	x8, [sp, #8]
	ldr	x9, [sp, #24]
	subs	x8, x8, x9
	b.hs	.LBB4_4
	b	.LBB4_2
.LBB4_2:                                //   in Loop: Header=BB4_1 Depth=1
	ldur	x8, [x29, #-8]
	ldr	x9, [sp, #8]
	ldr	x8, [x8, x9, lsl #3]
	ldur	x9, [x29, #-16]
	ldr	x10, [sp, #8]
	ldr	x9, [x9, x10, lsl #3]
	eor	x0, x8, x9
	bl	popcount64
	ldr	w8, [sp, #20]
	add	w8, w8, w0
	str	w8, [sp, #20]
	b	.LBB4_3
.LBB4_3:                                //   in Loop: Header=BB4_1 Depth=1
	ldr	x8, [sp, #8]
	add	x8, x8, #1
	str	x8, [sp, #8]
	b	.LBB4_1
.LBB4_4:
	ldr	w0, [sp, #20]
	.cfi_def_cfa wsp, 64
	ldp	x29, x30, [sp, #48]             // 16-byte Folded Reload
	add	sp, sp, #64
	.cfi_def_cfa_offset 0
	.cfi_restore w30
	.cfi_restore w29
	ret
.Lfunc_end4:
	.size	hamming_distance, .Lfunc_end4-hamming_distance
	.cfi_endproc
                                        // -- End function
	.ident	"Debian clang version 19.1.7 (3~deb12u1)"
	.section	".note.GNU-stack","",@progbits
