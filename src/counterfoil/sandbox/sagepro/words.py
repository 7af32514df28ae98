"""The words that customers, addresses and items are made of; all invented."""

from __future__ import annotations

FIRST = (
    "Alder", "Amber", "Anchor", "Aspen", "Badger", "Basin", "Beacon", "Birch", "Bluestem", "Boulder",
    "Bridger", "Canyon", "Cedar", "Cobalt", "Copper", "Cottonwood", "Crescent", "Delta", "Driftless",
    "Eagle", "Elm Street", "Evergreen", "Falcon", "Flint", "Foxglove", "Frontier", "Garnet", "Glacier",
    "Granite", "Harbor", "Hawthorne", "Heron", "Hickory", "Iron Range", "Juniper", "Keystone",
    "Kingfisher", "Lakeshore", "Lantern", "Larkspur", "Magnolia", "Maple", "Meridian", "Mesa",
    "Millstone", "Northfield", "Oakridge", "Osprey", "Palisade", "Pine Bluff", "Prairie", "Quarry",
    "Redwood", "River Bend", "Sawtooth", "Silverton", "Spruce", "Stonegate", "Summit", "Sycamore",
    "Tamarack", "Timberline", "Union", "Valley", "Walnut", "Westgate", "Willow", "Windmill",
)  # fmt: skip
SECOND = (
    "Building Supply", "Hardware", "Industrial", "Machine Works", "Millwork", "Plumbing", "Electric",
    "Fasteners", "Tool & Die", "Marine", "Equipment", "Packaging", "Restaurant Supply", "Cabinetry",
    "Fabrication", "Lumber", "Medical Supply", "Safety Products", "Irrigation", "Heating & Air",
    "Printing", "School District", "Orchards", "Brewing", "Logistics", "Foods", "Auto Parts", "Glass",
    "Roofing", "Controls",
)  # fmt: skip
SUFFIX = ("Inc", "LLC", "Co", "Corp", "& Sons", "Group", "Partners", "")
GIVEN = (
    "Alice", "Andre", "Beth", "Carlos", "Dana", "Deepa", "Ed", "Frances", "Gary", "Helen", "Ivan", "Joan",
    "Karl", "Linda", "Marcus", "Nora", "Omar", "Paula", "Quinn", "Rosa", "Sam", "Tara", "Victor", "Wendy",
)  # fmt: skip
FAMILY = (
    "Abbott", "Becker", "Castillo", "Dawson", "Engel", "Foster", "Graham", "Huang", "Iverson", "Jensen",
    "Kowalski", "Larsen", "Mbeki", "Novak", "Olson", "Patel", "Ramirez", "Schmidt", "Tran", "Ueda",
    "Vance", "Weber", "Young",
)  # fmt: skip
STREETS = (
    "Main St", "Industrial Blvd", "Commerce Dr", "Second Ave", "County Road 9", "Lake St", "Railroad Ave",
    "Harrison St", "Market St", "Airport Rd", "Mill Rd", "Park Ave", "Frontage Rd", "Depot St",
)  # fmt: skip
# City, state, first three digits of the ZIP code, area code, sales tax percent.
CITIES = (
    ("Minneapolis", "MN", "554", "612", "9.025"),
    ("Saint Paul", "MN", "551", "651", "7.875"),
    ("Duluth", "MN", "558", "218", "8.875"),
    ("Madison", "WI", "537", "608", "5.500"),
    ("Green Bay", "WI", "543", "920", "5.500"),
    ("Des Moines", "IA", "503", "515", "7.000"),
    ("Omaha", "NE", "681", "402", "7.000"),
    ("Fargo", "ND", "581", "701", "7.500"),
    ("Denver", "CO", "802", "303", "8.810"),
    ("Boulder", "CO", "803", "720", "9.045"),
    ("Billings", "MT", "591", "406", "0.000"),
    ("Portland", "OR", "972", "503", "0.000"),
    ("Chicago", "IL", "606", "312", "10.250"),
    ("Kansas City", "MO", "641", "816", "8.850"),
    ("Salt Lake City", "UT", "841", "801", "7.750"),
)

# Product line, kind of goods, base name, lowest and highest price in cents.
GOODS = (
    ("FAST", "Hex bolt", 250, 2400),
    ("FAST", "Wood screw", 180, 1600),
    ("FAST", "Anchor kit", 900, 4800),
    ("PLMB", "Ball valve", 1100, 8900),
    ("PLMB", "Copper elbow", 120, 950),
    ("PLMB", "Supply hose", 650, 3900),
    ("ELEC", "Junction box", 320, 2750),
    ("ELEC", "Circuit breaker", 1450, 13900),
    ("ELEC", "LED panel", 3900, 18900),
    ("TOOL", "Socket set", 2900, 24900),
    ("TOOL", "Torque wrench", 5900, 32900),
    ("TOOL", "Saw blade", 1250, 9900),
    ("SAFE", "Work gloves", 490, 2900),
    ("SAFE", "Safety glasses", 390, 2400),
    ("SAFE", "First aid kit", 1900, 8900),
)
SIZES = (
    "1/4 in", "3/8 in", "1/2 in", "3/4 in", "1 in", "2 in", "M6", "M8", "M10", "M12", "small", "medium",
    "large", "10 pack", "25 pack", "100 pack", "heavy duty", "stainless", "galvanized", "brass",
)  # fmt: skip
