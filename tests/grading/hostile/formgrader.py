"""Formgrader's page of a notebook, and what is wrong with it.

The page is parsed as a browser does it, and looked at from outside: of
how the grader makes notebooks harmless nothing is known here.
"""
import functools
import re
from urllib.parse import urlsplit

from bleach.html5lib_shim import HTMLParser
from nbconvert.exporters import HTMLExporter
from nbformat import from_dict
from nbgrader.server_extensions.formgrader import handlers

PLAIN = set("""a abbr b big blockquote br center cite code dd del details div
    dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s
    samp small span strong sub summary sup table tbody td tfoot th thead tr
    tt u ul var""".split())
GIVEN = set("""align alt border class color colspan height href id rowspan
    size src start style title valign width""".split())
# Formgrader's own, in the heading and the foot of a graded cell.
BOXES = {"input", "button", "textarea"}
SCHEMES = {"", "http", "https", "mailto"}
ACTS = re.compile(
    r"\\(?:href(?![a-zA-Z])(?!\s*\{\s*https?://)|(?:cssId|style|class|"
    r"mmlToken)(?![a-zA-Z])|bbox\s*\[[^\]]*:|require\{\W)")
OPENS = re.compile(r"\.(?:x?html?|svg|xml|xht|shtml)\b")


@functools.cache
def exporter():
    """Of nbgrader's FormgradeExtension.build_extra_config."""
    return HTMLExporter(template_name="formgrade", extra_template_basedirs=[
        handlers.template_path])


def page(notebook):
    """What Formgrader sends to a browser; an exception is an error 500."""
    resources = {"notebook_id": "lab", "assignment_id": "lab", "index": 0,
                 "submission_id": "0", "total": 1, "base_url": "",
                 "student": "ada", "notebook_path": "lab.ipynb",
                 "last_name": None, "first_name": None}
    return exporter().from_notebook_node(
        from_dict(notebook), resources=resources)[0]


def faults(notebook):
    """What is wrong with the page of a notebook, in words."""
    try:
        root = HTMLParser(namespaceHTMLElements=False).parse(page(notebook))
    except Exception as error:
        return [f"no page: {error!r}"]
    # The template writes it twice, one within the other.
    inside = root.findall(".//div[@id='notebook-container']")[-1]
    found = []
    for element in inside.iter():
        found += list(_element(element))
    return found + _outside(root, inside, notebook) + _boxes(inside, notebook)


def _element(element):
    tag = element.tag
    if not isinstance(tag, str):        # a comment
        return
    own = _is_own(element)
    if tag not in PLAIN and not own:
        yield f"<{tag}>"
    for name, value in element.attrib.items():
        if name not in GIVEN and not own:
            yield f"{name} in <{tag}>"
        if name in ("href", "src"):
            yield from _address(tag, value)
        if name == "style" and not own and re.search(
                r"position|url|animation", value):
            yield f"style {value}"
    if tag not in ("pre", "code") and ACTS.search(element.text or ""):
        yield f"maths {element.text}"


def _address(tag, value):
    scheme = urlsplit(re.sub(r"[\x00-\x20]", "", value)).scheme
    if tag == "img" and value.startswith(("data:image/", "attachment:")):
        return
    if scheme not in SCHEMES or (
            tag == "a" and not scheme and OPENS.search(value)):
        yield f"address {value[:60]}"


def _is_own(element):
    """Did Formgrader write it, or a task list?"""
    name, given = element.get("class", ""), set(element.attrib)
    return element.get("role") == "group" or (
        name == "task-list-item-checkbox"
        and element.get("type") == "checkbox"
        and given <= {"class", "type", "disabled", "checked"}) or (
        element.tag in BOXES and given <= {"class", "id", "style", "type"}
        and ("tabbable" in name or "btn" in name))


def _outside(root, inside, notebook):
    """Nothing got out of its cell."""
    body = root.find("body")
    found = [f"<{e.tag}> in the body" for e in body if e.tag not in (
        "nav", "div", "script")]
    # A raw cell stands between the others, without a frame.
    raw = sum(c["cell_type"] == "raw" for c in notebook["cells"])
    framed = [e for e in inside if "cell" in e.get("class", "").split()]
    if len(framed) + raw != len(notebook["cells"]):
        found.append(f"{len(framed)} cells")
    if len(framed) < len(inside) and not raw:
        found.append("something between the cells")
    return found


def _boxes(inside, notebook):
    """Each box for points or words is there once, in its own cell."""
    parents = {child: e for e in inside.iter() for child in e}
    ids = {}
    for e in inside.iter():
        ids.setdefault(e.get("id"), []).append(e)
    found = []
    metas = [c["metadata"].get("nbgrader", {}) for c in notebook["cells"]]
    for meta in metas:
        name = meta.get("grade_id")
        names = [name, f"{name}_extra_credit"] * bool(meta.get("grade")) + [
            f"{name}-comment"] * bool(meta.get("solution"))
        for one in names:
            boxes = ids.get(one, [])
            if [_depth(box, parents) for box in boxes] != [1]:
                found.append(f"box {one}")
    many = sum(bool(m.get("grade") or m.get("solution")) for m in metas)
    if len(_with_class(inside, "nbgrader_cell")) != many:
        found.append("nbgrader_cell")
    for name in ("no-credit", "full-credit", "score"):
        if len(_with_class(inside, name)) != sum(
                bool(m.get("grade")) for m in metas):
            found.append(name)
    return found


def _with_class(inside, name):
    return [e for e in inside.iter() if name in e.get("class", "").split()]


def _depth(element, parents):
    """In how many graded cells it is."""
    count = 0
    while element is not None:
        count += "nbgrader_cell" in element.get("class", "").split()
        element = parents.get(element)
    return count
