"""A result as plain text and as HTML, its rows as Markdown."""
from html import escape


def _cells(result):
    form = result.claim.form
    for row in result.rows:
        v = row.value
        yield (row.what, format(v.mean, form),
               f"{v.low:{form}} to {v.high:{form}}", str(v.n))


def _head(result):
    return ("what", result.claim.measure, result.claim.interval, "n")


def text(result):
    """For a terminal."""
    table = [_head(result), *_cells(result)]
    widths = [max(map(len, column)) for column in zip(*table)]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths))
             .rstrip() for row in table]
    return "\n".join([f"Claim: {result.statement}",
                      f"Said by: {result.said_by}", result.protocol,
                      *lines, result.sentence])


def html(result):
    """For a notebook; colours come from the page."""
    def row(cells, tag):
        first, *rest = (escape(cell) for cell in cells)
        scope = "col" if tag == "th" else "row"
        return (f'<tr><th scope="{scope}">{first}</th>'
                + "".join(f"<{tag}>{cell}</{tag}>" for cell in rest)
                + "</tr>")
    rows = "".join(row(cells, "td") for cells in _cells(result))
    return (f"<p><strong>Claim:</strong> {escape(result.statement)} "
            f"({escape(result.said_by)})</p>"
            f"<p>{escape(result.protocol)}</p>"
            f"<table><thead>{row(_head(result), 'th')}</thead>"
            f"<tbody>{rows}</tbody></table>"
            f"<p><strong>{escape(result.verdict.capitalize())}.</strong> "
            f"{escape(result.judged.found)}</p>")


def table(result):
    """The rows as a Markdown table."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in cells)
             + " |" for cells in (_head(result), *_cells(result))]
    return "\n".join([lines[0], "|:---|---:|---:|---:|", *lines[1:]])
