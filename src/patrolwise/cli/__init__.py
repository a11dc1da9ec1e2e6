"""The command line: each command reads, calls one function, writes, and says what it found."""
