"""Results: how they come here, and what is in them."""
