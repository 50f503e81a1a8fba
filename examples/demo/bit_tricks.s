	.arch armv8-a
	.file	"bit_tricks.c"
	.text
	.align	2
	.p2align 4,,11
	.global	isolate_lowest_one
	.type	isolate_lowest_one, %function
isolate_lowest_one:
.LFB0:
	.cfi_startproc
	neg	w1, w0
	and	w0, w1, w0
	ret
	.cfi_endproc
.LFE0:
	.size	isolate_lowest_one, .-isolate_lowest_one
	.align	2
	.p2align 4,,11
	.global	isolate_lowest_zero
	.type	isolate_lowest_zero, %function
isolate_lowest_zero:
.LFB1:
	.cfi_startproc
	add	w1, w0, 1
	bic	w0, w1, w0
	ret
	.cfi_endproc
.LFE1:
	.size	isolate_lowest_zero, .-isolate_lowest_zero
	.align	2
	.p2align 4,,11
	.global	mask_trailing_zeros
	.type	mask_trailing_zeros, %function
mask_trailing_zeros:
.LFB2:
	.cfi_startproc
	sub	w1, w0, #1
	bic	w0, w1, w0
	ret
	.cfi_endproc
.LFE2:
	.size	mask_trailing_zeros, .-mask_trailing_zeros
	.align	2
	.p2align 4,,11
	.global	clear_lowest_run
	.type	clear_lowest_run, %function
clear_lowest_run:
.LFB3:
	.cfi_startproc
	sub	x1, x0, #1
	orr	x1, x1, x0
	add	x1, x1, 1
	and	x0, x1, x0
	ret
	.cfi_endproc
.LFE3:
	.size	clear_lowest_run, .-clear_lowest_run
	.align	2
	.p2align 4,,11
	.global	is_power_of_two
	.type	is_power_of_two, %function
is_power_of_two:
.LFB4:
	.cfi_startproc
	cbz	x0, .L8
	sub	x1, x0, #1
	tst	x1, x0
	cset	w0, eq
	ret
	.p2align 2,,3
.L8:
	mov	w0, 0
	ret
	.cfi_endproc
.LFE4:
	.size	is_power_of_two, .-is_power_of_two
	.align	2
	.p2align 4,,11
	.global	round_up_power_of_two
	.type	round_up_power_of_two, %function
round_up_power_of_two:
.LFB5:
	.cfi_startproc
	sub	w0, w0, #1
	orr	w0, w0, w0, lsr 1
	orr	w0, w0, w0, lsr 2
	orr	w0, w0, w0, lsr 4
	orr	w0, w0, w0, lsr 8
	orr	w0, w0, w0, lsr 16
	add	w0, w0, 1
	ret
	.cfi_endproc
.LFE5:
	.size	round_up_power_of_two, .-round_up_power_of_two
	.align	2
	.p2align 4,,11
	.global	align_up
	.type	align_up, %function
align_up:
.LFB6:
	.cfi_startproc
	sub	x2, x1, #1
	neg	x1, x1
	add	x0, x2, x0
	and	x0, x0, x1
	ret
	.cfi_endproc
.LFE6:
	.size	align_up, .-align_up
	.align	2
	.p2align 4,,11
	.global	sign_of
	.type	sign_of, %function
sign_of:
.LFB7:
	.cfi_startproc
	cmp	w0, 0
	cset	w1, gt
	sub	w0, w1, w0, lsr 31
	ret
	.cfi_endproc
.LFE7:
	.size	sign_of, .-sign_of
	.align	2
	.p2align 4,,11
	.global	absolute
	.type	absolute, %function
absolute:
.LFB8:
	.cfi_startproc
	eor	w1, w0, w0, asr 31
	add	w0, w1, w0, lsr 31
	ret
	.cfi_endproc
.LFE8:
	.size	absolute, .-absolute
	.align	2
	.p2align 4,,11
	.global	opposite_signs
	.type	opposite_signs, %function
opposite_signs:
.LFB9:
	.cfi_startproc
	eor	x0, x0, x1
	lsr	x0, x0, 63
	ret
	.cfi_endproc
.LFE9:
	.size	opposite_signs, .-opposite_signs
	.align	2
	.p2align 4,,11
	.global	next_same_popcount
	.type	next_same_popcount, %function
next_same_popcount:
.LFB10:
	.cfi_startproc
	mov	x1, x0
	neg	x0, x0
	ands	x0, x0, x1
	beq	.L14
	add	x2, x1, x0
	eor	x1, x1, x2
	lsr	x1, x1, 2
	udiv	x0, x1, x0
	orr	x0, x0, x2
.L14:
	ret
	.cfi_endproc
.LFE10:
	.size	next_same_popcount, .-next_same_popcount
	.align	2
	.p2align 4,,11
	.global	merge_bits
	.type	merge_bits, %function
merge_bits:
.LFB11:
	.cfi_startproc
	eor	w1, w0, w1
	and	w1, w1, w2
	eor	w0, w1, w0
	ret
	.cfi_endproc
.LFE11:
	.size	merge_bits, .-merge_bits
	.align	2
	.p2align 4,,11
	.global	swap_bit_fields
	.type	swap_bit_fields, %function
swap_bit_fields:
.LFB12:
	.cfi_startproc
	lsr	x5, x0, x1
	mov	x4, -1
	lsr	x6, x0, x2
	eor	x5, x5, x6
	lsl	x3, x4, x3
	bic	x3, x5, x3
	lsl	x1, x3, x1
	lsl	x3, x3, x2
	orr	x1, x1, x3
	eor	x0, x1, x0
	ret
	.cfi_endproc
.LFE12:
	.size	swap_bit_fields, .-swap_bit_fields
	.align	2
	.p2align 4,,11
	.global	has_zero_byte
	.type	has_zero_byte, %function
has_zero_byte:
.LFB13:
	.cfi_startproc
	mov	x1, -72340172838076674
	movk	x1, 0xfeff, lsl 0
	add	x1, x0, x1
	bic	x0, x1, x0
	tst	x0, -9187201950435737472
	cset	w0, ne
	ret
	.cfi_endproc
.LFE13:
	.size	has_zero_byte, .-has_zero_byte
	.align	2
	.p2align 4,,11
	.global	sign_extend_field
	.type	sign_extend_field, %function
sign_extend_field:
.LFB14:
	.cfi_startproc
	sub	w1, w1, #1
	mov	w2, 1
	lsl	w2, w2, w1
	lsl	w1, w2, 1
	sub	w1, w1, #1
	and	w1, w1, w0
	eor	w1, w1, w2
	sub	w0, w1, w2
	ret
	.cfi_endproc
.LFE14:
	.size	sign_extend_field, .-sign_extend_field
	.align	2
	.p2align 4,,11
	.global	select_by_mask
	.type	select_by_mask, %function
select_by_mask:
.LFB15:
	.cfi_startproc
	cmp	w0, 0
	csetm	x0, ne
	csetm	x3, eq
	and	x0, x0, x1
	and	x3, x3, x2
	orr	x0, x0, x3
	ret
	.cfi_endproc
.LFE15:
	.size	select_by_mask, .-select_by_mask
	.ident	"GCC: (Debian 12.2.0-14) 12.2.0"
	.section	.note.GNU-stack,"",@progbits
