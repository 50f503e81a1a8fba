	asr	w8, w0, #31
	eor	w9, w0, w8
	sub	w0, w9, w8
