"""DELIVERY OVER HTTP. No torch here."""
