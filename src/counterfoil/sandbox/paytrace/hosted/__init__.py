"""The hosted fields as a browser meets them: a script for the page, and the fields within a frame."""
