"""Records that other agencies send: terms, counts by hot spot, and what is dropped when."""
