"""What anybody may know: what the police can see, what is kept and why, in plain English."""
