"""PayTrace's v1 JSON as sent and received, by subject: key by key as recorded or documented.

Verified: the answers in the recorded files, and the request fields that the vendor's help pages (2015 and
2016) and independent clients show. Every call names its certainty and source in its `Way`.
"""
