"""Is this the same sheet, or the same record, once more? Decided on values; neither pixels nor tables."""
