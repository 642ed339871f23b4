"""Messages on their way out and on their way in, with what became of them."""
