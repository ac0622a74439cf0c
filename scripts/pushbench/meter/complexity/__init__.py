"""How much code a transport takes, counted by cloc and pmccabe, and the lines that prove what it leaves to others."""
