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
`js/fig-adam-ratio.js` draws over it with the help of `js/nnfig.js`.
`:data:` names a glued `IPython.display.JSON`, handed to the script.
"""
import json

from docutils import nodes
from docutils.parsers.rst import directives
from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.utils import retrieve_glue_data

from .common import Directive, element, use_script


class NNFig(Directive):
    required_arguments = 1
    has_content = True
    option_spec = {"data": directives.unchanged_required}

    def run(self):
        self.assert_has_content()
        kind = self.arguments[0]
        use_script(self.env, "nnfig.js")
        use_script(self.env, f"fig-{kind}.js")
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
        except RetrievalError as problem:
            raise self.error(f"nnfig: {problem}") from None
        if "application/json" not in glued:
            raise self.error(f"nnfig: {key} is no IPython.display.JSON")
        # "</script>" within a string would end the element.
        text = json.dumps(glued["application/json"]).replace("<", "\\u003c")
        return nodes.raw(
            "", f'<script type="application/json">{text}</script>',
            format="html")


def setup(app):
    app.add_directive("nnfig", NNFig)
