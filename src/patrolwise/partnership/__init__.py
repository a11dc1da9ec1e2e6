"""The partnership's work: problem-solving plans, places, anti-social behaviour, funds, returns."""
