"""Draws sentences at random from the documents, docs and comments, for a reader to mark.

Usage: python3 tools/draw-sentences.py SEED [COUNT]

A sentence that needs a second read is marked, and rewritten with its kind. CONTRIBUTING.md has the rules.
"""

import random
import re
import subprocess
import sys

seed, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100
files = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split()


def paragraphs(path):
    """The prose of a file, without code, tables, headings and link definitions."""
    is_rust = path.endswith(".rs")
    fenced, lines = False, []
    for line in open(path, encoding="utf-8").read().splitlines() + [""]:
        if is_rust:
            comment = re.match(r"\s*//[/!]?(?: (.*))?$", line)
            line = (comment[1] or "") if comment else ""
        if line.lstrip().startswith("```"):
            fenced, line = not fenced, ""
        ends = fenced or not line.strip() or re.match(r"\s*(#|\||\[[^\]]+\]: |- |\d+\. )", line)
        if ends and lines:
            yield " ".join(lines)
            lines = []
        item = re.match(r"\s*(?:- |\d+\. )(.*)$", line)
        if fenced or re.match(r"\s*(#|\||\[[^\]]+\]: )", line):
            continue
        if item or line.strip():
            lines.append((item[1] if item else line).strip())


sentences = []
for path in files:
    if path.endswith((".rs", ".md")) and "compile_fail/cases" not in path:
        for paragraph in paragraphs(path):
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", paragraph)
            for sentence in re.split(r"(?<=[.!?:])\s+(?=[A-Z`\[])", text):
                if len(sentence.split()) > 3:
                    sentences.append((path, sentence))

random.Random(seed).shuffle(sentences)
print(f"{len(sentences)} sentences, of which {count}:")
for number, (path, sentence) in enumerate(sentences[:count], 1):
    print(f"{number:3}. {sentence}   ({path})")
