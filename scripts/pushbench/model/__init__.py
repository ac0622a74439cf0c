"""What a server costs, as a sum of few terms, and how far that lies off what it was not made from."""
