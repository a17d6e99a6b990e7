"""Back-fill campaigns from the side of the client: what lies in folders and archives."""
