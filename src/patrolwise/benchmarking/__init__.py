"""Whether a force stands out among forces, by level, by change and over time, and how surely."""
