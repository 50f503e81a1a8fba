"""Where candidate rewrites come from; nothing here can judge them."""
