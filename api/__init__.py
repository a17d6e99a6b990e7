"""HTTP in front of the store: upload, watch, fetch, correct. Knows neither pixels nor readers."""
