"""Pages that fetch nothing from the net.

MathJax comes out of the package sphinx-mathjax-offline, of which only the
one combined component and its fonts are copied. What the theme would load
for features that the book does not use is taken off every page, and the
scripts of the directives are put on the pages that use them.
"""
from importlib.util import find_spec
from pathlib import Path

from sphinx.errors import ExtensionError
from sphinx.util.fileutil import copy_asset

from . import common

PARTS = ("tex-chtml-full.js", "output/chtml/fonts/woff-v2")
UNWANTED = ("THEBE_JS_URL", "sphinx-thebe")


def copy_mathjax(app, problem):
    """Copy MathJax from site-packages into the built book."""
    if problem is not None or app.builder.format != "html":
        return
    spec = find_spec("sphinx-mathjax-offline")
    if spec is None:
        raise ExtensionError("MathJax is missing: "
                             "pip install sphinx-mathjax-offline==0.0.2")
    origin = Path(spec.origin).parent / "static" / "mathjax"
    target = Path(app.outdir) / "_static" / "mathjax"
    for part in PARTS:
        copy_asset(origin / part, (target / part).parent
                   if (origin / part).is_file() else target / part)


def wanted(script):
    """False for scripts that only serve what the book does not use."""
    attributes = getattr(script, "attributes", None) or {}
    text = f"{script} {getattr(script, 'filename', '')} " \
           f"{attributes.get('body', '')}"
    return not any(word in text for word in UNWANTED)


def page(app, pagename, templatename, context, doctree):
    """Sort out which scripts this page loads."""
    scripts = context.get("script_files", [])
    seen, kept = set(), []
    for script in filter(wanted, scripts):
        mark = (str(getattr(script, "filename", script)),
                str(getattr(script, "attributes", "")))
        if mark not in seen:
            kept.append(script)
        seen.add(mark)
    scripts[:] = kept
    for name in app.env.metadata.get(pagename, {}).get("nnbook_scripts", []):
        app.add_js_file(f"js/{name}", defer="defer")


def listed(app, pagename, templatename, context, doctree):
    """Give the entries of References the role that their list asks for."""
    if "body" in context:
        context["body"] = context["body"].replace(
            'role="doc-biblioentry"', 'role="listitem"')


def setup(app):
    common.setup(app)
    app.connect("html-page-context", page, priority=900)
    app.connect("html-page-context", listed)
    app.connect("build-finished", copy_mathjax)
