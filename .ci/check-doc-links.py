"""Checks the links of the rustdoc pages in the folder that is given.

1. Every link between the pages leads to a page and an anchor that exist.
2. Several states have a method of the same name. A link to such a method leads to the state that the text means: the
   state of the block or page that the link stands in, or the state that the link's own text names.
"""

import re
import sys
from pathlib import Path
from urllib.parse import unquote, urldefrag

ROOT = Path(sys.argv[1]).resolve()
IMPL = re.compile(r'<section id="impl-SignIn%3C(\w+?)(?:%3C(\w+)%3E)?%3E(?:-\d+)?"')
MARK = re.compile(r'<section id="(?P<section>[^"]+)"|<a\b[^>]*?href="(?P<href>[^"]+)"[^>]*>(?P<text>.*?)</a>', re.S)
ID = re.compile(r'\bid="([^"]+)"')

pages = {path: path.read_text() for path in ROOT.glob("clerk_sign_in/**/*.html")}
anchors = {path: set(ID.findall(html)) for path, html in pages.items()}
faults = []


def state_of(impl):
    """The state of an `impl` block; `None` for a block that serves several states."""
    match = IMPL.match(f'<section id="{impl}"')
    return None if not match or match[1] == "S" else match[1]


# The state of each method on the page of `SignIn`, by anchor.
sign_in_page = next((path for path in pages if path.name == "struct.SignIn.html"), None)
states, blocks = {}, {}
if sign_in_page:
    impl = None
    for mark in re.finditer(r'<section id="([^"]+)"', pages[sign_in_page]):
        if mark[1].startswith("impl-"):
            impl = mark[1]
        elif mark[1].startswith("method."):
            states[mark[1]] = state_of(impl)
            blocks[mark[1]] = impl
names = [re.sub(r"-\d+$", "", anchor) for anchor in states]

for page, html in pages.items():
    # Without the sidebar, and without the blanket implementations, whose links are those of other crates.
    html = html[html.find('<section id="main-content"'):].split('id="blanket-implementations"')[0]
    section = impl = variant = None
    for mark in MARK.finditer(html):
        if mark["section"]:
            section = mark["section"]
            if section.startswith("impl-"):
                impl = section
            if section.startswith("variant."):
                # `FirstFactorCodeSent` holds a `CodeSent`.
                variant = re.sub(r"^variant\.(FirstFactor|SecondFactor|ClientTrust)?", "", section)
            continue
        url, anchor = urldefrag(mark["href"])
        if "://" in url or url.startswith(("mailto:", "data:")) or mark["href"] in ("#", "javascript:void(0)"):
            continue
        target = (page.parent / unquote(url)).resolve() if url else page
        where = f"{page.relative_to(ROOT)} ({section})"
        if target not in pages:
            if not target.exists():
                faults.append(f"{where}: {mark['href']} does not exist")
            continue
        if anchor and not re.fullmatch(r"[\d-]+", anchor) and anchor not in anchors[target]:
            faults.append(f"{where}: {mark['href']} has no such anchor")
        if target != sign_in_page or names.count(re.sub(r"-\d+$", "", anchor)) < 2 or anchor not in states:
            continue
        text = re.sub(r"<[^>]+>", "", mark["text"])
        # A heading's link to itself.
        if "§" in text or 'class="fn"' in mark[0]:
            continue
        said = re.search(r"SignIn<(\w+)", text.replace("&lt;", "<"))
        if said:
            meant = said[1]
        elif page == sign_in_page and impl:
            meant = state_of(impl)
        elif page.name.startswith("struct."):
            meant = page.name.removeprefix("struct.").removesuffix(".html")
        elif variant:
            meant = variant
        else:
            meant = "?"
        if states[anchor] not in (meant, None):
            faults.append(f"{where}: `{text}` leads to {blocks[anchor]}, and not to {meant}")

print(*sorted(set(faults)), sep="\n")
print(f"{len(pages)} pages, {len(set(faults))} broken links")
sys.exit(bool(faults))
