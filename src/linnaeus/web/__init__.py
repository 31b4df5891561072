"""The service: `delivery` over HTTP. Bodies are raw images; what clients send can cost an answer and never the service. No torch here."""
