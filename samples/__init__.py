"""Sample forms, and the generator that draws them."""
