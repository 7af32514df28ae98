"""What a row is made of: fields, their values and their bytes; the header that describes them.."""
