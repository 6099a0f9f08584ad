"""What tests read off a page."""

import re
from html import unescape


def words(text):
    """A page in HTML or Markdown without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(text)).replace("\\", "").split())


def section(page, name):
    """A section of a page in Markdown, from its heading of second order to the next of these."""
    return page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def part(page, name):
    """A part of a page in Markdown, from its heading to the next of any order."""
    return re.split(r"\n##+ ", page.partition(f"# {name}\n")[2])[0]


def rows(text):
    """The rows of the tables of a text in Markdown, cell by cell, without links."""
    plain = re.sub(r"\[([^]]*)\]\([^)]*\)|<a [^>]*></a>", r"\1", text.replace("\\[", "("))
    plain = plain.replace("\\]", ")").replace("\\_", "_")
    lines = [line for line in plain.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line[2:-2].split(" | ")] for line in lines]


def uneven_tables(text):
    """The tables of a text in Markdown whose rows have not all the same number of cells."""
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [
        table
        for table in tables
        if len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) > 1
    ]
