"""What the inner rooms need of the outer ones, as protocols; and the error tree."""
