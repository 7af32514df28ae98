"""Notices to people, by e-mail, chat or web hook."""
