"""RECORDS AS PAGES. No torch here: records go in, text comes out."""
