"""The outbox: postings left as files for a FoxPro program to enter, and its answers read back."""
