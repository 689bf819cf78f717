"""An interactive figure over a static one.

    ````{nnfig} adam-ratio
    :data: adam_ratio_data

    ```{glue:figure} fig_adam_ratio
    :name: fig-adam-ratio
    :alt: What is to be seen.

    The caption, which stays.
    ```
    ````

The static picture is what print and readers without JavaScript get;
`js/fig-adam-ratio.js` draws over it with the help of `js/nnfig*.js`.
`:data:` names a glued JSON text, `glue("adam_ratio_data", json.dumps(...),
display=False)`, which is handed to the script.
"""
import ast
import json

from docutils import nodes
from docutils.parsers.rst import directives
from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.utils import retrieve_glue_data

from .common import Directive, element, use_script

LIBRARY = ("nnfig-scale.js", "nnfig-plot.js", "nnfig-controls.js",
           "nnfig.js")


class NNFig(Directive):
    required_arguments = 1
    has_content = True
    option_spec = {"data": directives.unchanged_required}

    def run(self):
        self.assert_has_content()
        kind = self.arguments[0]
        for script in (*LIBRARY, f"fig-{kind}.js"):
            use_script(self.env, script)
        figure = element("div", class_="nnfig", data_fig=kind)
        if "data" in self.options:
            figure += self.data(self.options["data"])
        self.state.nested_parse(self.content, self.content_offset, figure)
        if not any(figure.findall(nodes.figure)):
            raise self.error("nnfig: needs a static figure inside")
        return [figure]

    def data(self, key):
        try:
            glued = retrieve_glue_data(self.state.document, key).data
            # A glued string comes as its repr.
            data = json.loads(ast.literal_eval(glued["text/plain"]))
        except RetrievalError as problem:
            raise self.error(f"nnfig: {problem}") from None
        except (TypeError, SyntaxError, ValueError):
            raise self.error(f"nnfig: {key} is no JSON text; "
                             "glue json.dumps(...)") from None
        # "</script>" within a string would end the element.
        text = json.dumps(data).replace("<", "\\u003c")
        return nodes.raw(
            "", f'<script type="application/json">{text}</script>',
            format="html")


def setup(app):
    app.add_directive("nnfig", NNFig)
