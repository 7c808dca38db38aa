"""Tables for spreadsheets that hold nothing a spreadsheet would run."""

# What makes a spreadsheet take a text for a formula.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
# Excel takes a file without it for some older alphabet.
BYTE_ORDER_MARK = "\ufeff"


def safe(cell: str) -> str:
    """Return a cell's text so that it stays a text."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
