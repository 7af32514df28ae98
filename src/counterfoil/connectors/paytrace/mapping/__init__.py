"""From PayTrace's words to ours: records, answers, statuses, times, amounts."""
