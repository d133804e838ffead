"""One search over the book and over what one may do: the rows (queries), the commands, and how both are shown."""
