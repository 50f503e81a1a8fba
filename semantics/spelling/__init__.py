"""Tables of aliases: how other spellings expand to rows, and which spellings are preferred."""
