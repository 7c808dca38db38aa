"""News for the layers above, which the catalogue may not import."""

from django.dispatch import Signal

# An event told of a purchase: `buyer` is the buyer's id at BeatConnect. Sent in the event's transaction: a receiver
# that fails has the event tried again.
purchased = Signal()
# It is time to let go of what nobody needs any longer; `now` by the database's clock.
pruning = Signal()
