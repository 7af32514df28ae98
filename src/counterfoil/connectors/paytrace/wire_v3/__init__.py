"""PayTrace's V3 JSON as sent and received, by subject.

Verified: paths, methods and request fields that the vendor's public specification shows (3.1.0 to 3.2.26),
and what an independent client sends. No answer is documented: the shapes that are read here are those that
two independent clients read (``data`` and, for the token, the top), the rest is assumed and every field of
it may be absent.
"""
