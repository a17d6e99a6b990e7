"""What the rooms agree on: geometry, page readings, the extraction document, checks, errors."""
