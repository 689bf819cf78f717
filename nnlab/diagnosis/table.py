"""Profile: the statistics by layer as one thing to print and draw."""
import dataclasses
import html
import math

HEADS = {"layer": "layer", "mean": "mean a", "std": "std a",
         "dead": "dead", "saturated": "saturated", "da": "|dL/da|",
         "elasticity": "elasticity", "W": "|W|", "dW": "|dL/dW|",
         "update": "update/|W|"}


@dataclasses.dataclass(repr=False)
class Profile:
    """The activation-and-gradient profile: a list by layer each.

    layer : the names; the other lists hold numbers, NaN where a
    statistic makes no sense.  See activation_statistics for mean, std,
    dead and saturated, gradient_statistics for da, elasticity, W, dW
    and update.
    """

    layer: list
    mean: list
    std: list
    dead: list
    saturated: list
    da: list
    elasticity: list
    W: list
    dW: list
    update: list

    def table(self):
        """The rows as text, the heads first; - where a number is NaN."""
        columns = [[head, *map(_cell, getattr(self, name))]
                   for name, head in HEADS.items()]
        return list(zip(*columns))

    def __repr__(self):
        rows = self.table()
        widths = [max(map(len, column)) for column in zip(*rows)]
        return "\n".join(
            first.ljust(widths[0]) + "".join(
                "  " + cell.rjust(width)
                for cell, width in zip(rest, widths[1:]))
            for first, *rest in rows)

    def _repr_html_(self):
        head, *rows = self.table()
        head = "".join(f'<th scope="col">{html.escape(cell)}</th>'
                       for cell in head)
        return (f"<table><thead><tr>{head}</tr></thead>"
                f"<tbody>{''.join(map(_row, rows))}</tbody></table>")


def _cell(value):
    if isinstance(value, str):
        return value
    return "-" if math.isnan(value) else f"{value:.2g}"


def _row(cells):
    first, *rest = map(html.escape, cells)
    return (f'<tr><th scope="row">{first}</th>'
            + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>")
