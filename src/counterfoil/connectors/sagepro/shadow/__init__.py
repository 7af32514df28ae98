"""The shadow rung: our plans kept beside what clerks key, and what differs between the two."""
