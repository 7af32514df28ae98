"""Visual FoxPro tables, read and written in place: records, memos, index tags, locks and transactions."""
