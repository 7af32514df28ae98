"""An interpreter of the part of Visual FoxPro's language in which counterfoil.prg is written.

It follows the published language reference and is stricter than Visual FoxPro: whatever it does not know, it
refuses when the program is read. It is no Visual FoxPro, and proves nothing about one; it carries the very
lines that are shipped out on real tables, so that their logic is tested at all.
"""
