"""What pages may ask for: the only door from the views to the catalogue. A module a kind of page."""
