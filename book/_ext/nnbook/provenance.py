"""What the lectures say, item by item, and where the book teaches it.

    ```{provenance}
    forward: The forward pass
    backpropagation: Backpropagation
    ```

Each line names a chapter by its file and its title. A chapter that is
in the table of contents gets a section with the items that
`_data/provenance.csv` gives it; of the others a table at the end says
how many items each will have.
"""
import csv
from pathlib import Path

import yaml
from docutils import nodes

from .common import Directive

HEAD = ("| item | the lecture says | verdict | taught in |\n"
        "|:---|:---|:---|:---|")


def written(book):
    """The files in the table of contents."""
    toc = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))
    parts = toc.get("parts", [toc])
    return {entry["file"] for part in parts for entry in part["chapters"]}


class Provenance(Directive):
    has_content = True

    def run(self):
        book = Path(self.env.srcdir)
        data = book / "_data" / "provenance.csv"
        for path in data, book / "_toc.yml":
            self.env.note_dependency(str(path))
        with data.open(encoding="utf-8", newline="") as file:
            items = list(csv.DictReader(file))
        titles = dict(line.split(": ", 1) for line in self.content)
        if unknown := {item["chapter"] for item in items} - set(titles):
            raise self.error(f"provenance: no title for {sorted(unknown)}")
        ready = written(book)
        by_chapter = {file: [i for i in items if i["chapter"] == file]
                      for file in titles}
        sections = [self.section(file, titles[file], found)
                    for file, found in by_chapter.items() if file in ready]
        coming = [f"| {titles[file]} | {len(found)} |"
                  for file, found in by_chapter.items() if file not in ready]
        if coming:
            sections.append(self.part("Chapters to come", "\n".join([
                "| chapter | items |", "|:---|---:|", *coming])))
        return sections

    def part(self, title, text):
        """A section with a name of its own."""
        name = "prov-" + title.lower().replace(" ", "-")
        section = nodes.section("", nodes.title("", title), names=[name])
        self.state.document.note_explicit_target(section)
        section += self.myst(text)
        return section

    def section(self, file, title, items):
        rows = [self.row(item) for item in items]
        return self.part(title, "\n".join([
            f"{len(items)} items, in {{doc}}`{file}`.", "",
            "```{table}", ":class: nnsaid", "", HEAD, *rows, "```"]))

    def row(self, item):
        # A bar within a cell would end it.
        cells = (f"{item['number']}, {item['source']}", item["says"],
                 item["verdict"], f"{{ref}}`{item['label']}`")
        return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def setup(app):
    app.add_directive("provenance", Provenance)
