"""What a comment says of a field, as our code has it: beside it, or on the lines before it."""

import re

COMMENT = re.compile(r"\s*#\s?(?!:|\s*(?:fmt|type|noqa))(.*)")


def described(lines: list[str], first: int, last: int) -> str:
    """The comment within a statement's lines (from 1), or the comments just before it."""
    inside = [line.partition("  # ")[2] or (COMMENT.fullmatch(line) or ["", ""])[1] for line in lines[first - 1 : last]]
    found = [text for text in inside if text and not text.startswith(("type:", "noqa", "fmt:"))]
    if found:
        return " ".join(found)
    before = []
    for line in reversed(lines[: first - 1]):
        match = COMMENT.fullmatch(line)
        if match is None:
            break
        before.append(match[1])
    return " ".join(reversed(before))
