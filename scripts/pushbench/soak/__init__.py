"""Hours of hostile use in minutes: clients that are cut, peers that mean no good, servers that die; and what held."""
