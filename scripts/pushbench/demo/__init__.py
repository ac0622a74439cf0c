"""The demo: one server, one page, four transports side by side, and buttons that disturb them."""
