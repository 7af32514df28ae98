"""One file per migration, numbered, never changed after a release."""
