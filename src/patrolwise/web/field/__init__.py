"""The officer's phone and the trackers: cards, checking in and out, fixes as they come."""
