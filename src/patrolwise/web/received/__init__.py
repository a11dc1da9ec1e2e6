"""What came from the outreach service, and what is sent to it: places, times, counts."""
