"""What a page of a PDF is, told by pikepdf: its visible part, and what it draws."""
