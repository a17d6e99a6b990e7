"""OCR engines behind one protocol, `CellReader`."""
