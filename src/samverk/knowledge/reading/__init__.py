"""How the parsers read: the machinery behind the formats that need more than one page of code. Loaded when needed."""
