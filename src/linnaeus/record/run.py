"""Stands for `record.record` until all have moved there."""

from linnaeus.record.record import RunRecord

__all__ = ["RunRecord"]
