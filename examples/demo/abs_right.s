	cmp	w0, #0
	cneg	w0, w0, mi
