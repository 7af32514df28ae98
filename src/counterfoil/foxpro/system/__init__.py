"""What the operating system offers: byte locks, ways to open a file, mounts, the run of the machine."""
