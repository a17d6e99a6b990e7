"""A client of the service: `dangan submit` and `dangan status`. Knows HTTP, reads no pixels."""
