"""Is this rewrite right?"""
