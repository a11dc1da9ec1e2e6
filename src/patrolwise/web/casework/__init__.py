"""People who agreed to support, and what is done with and for them. Police see none of it."""
