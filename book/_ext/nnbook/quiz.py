"""Questions with explained answers, in YAML.

    ```{quiz}
    - question: Is backpropagation an optimiser?
      options:
        - text: "Yes"
          why: It computes gradients; what to do with them is a choice.
        - text: "No"
          correct: true
          why: It computes gradients. The optimiser uses them.
    ```

Every text is MyST. One option of each question is correct, and each has
its explanation. Without JavaScript the answers stand in a fold;
`js/quiz.js` makes a form of native radio buttons of them.
"""
import yaml
from docutils import nodes

from .common import Directive, element, use_script


class Quiz(Directive):
    has_content = True

    def run(self):
        self.assert_has_content()
        use_script(self.env, "quiz.js")
        try:
            questions = yaml.safe_load("\n".join(self.content))
        except yaml.YAMLError as problem:
            raise self.error(f"quiz: {problem}") from None
        serial = self.env.new_serialno("nnquiz")
        rows = [self.question(f"quiz-{serial + 1}-{n}", n, question)
                for n, question in enumerate(questions, start=1)]
        return [element("div", *rows, class_="nnquiz")]

    def check(self, question):
        options = question.get("options", [])
        if sum(bool(option.get("correct")) for option in options) != 1:
            raise self.error(
                f"quiz: one correct option wanted: {question}")
        if not all(o.get("text") and o.get("why") for o in options):
            raise self.error(f"quiz: text and why wanted: {question}")

    def question(self, name, n, question):
        self.check(question)
        legend = self.element("legend", question["question"])
        legend.insert(0, element("span", nodes.Text(f"{n}. "),
                                 class_="nnquiz-number"))
        rows, answers = [], []
        for k, option in enumerate(question["options"]):
            rows.append(self.option(f"{name}-{k}", name, k, option))
            answers.append(self.answer(option))
        fold = element(
            "details", element("summary", nodes.Text("Answers")),
            element("ul", *answers), class_="nnfold nnquiz-answers")
        return element("fieldset", legend, *rows, fold,
                       class_="nnquiz-question")

    def option(self, id, name, k, option):
        button = element("input", type="radio", id=id, name=name, value=k,
                         class_="nnquiz-radio")
        label = self.element("label", option["text"], for_=id)
        return element("div", button, label, class_="nnquiz-option")

    def answer(self, option):
        right = bool(option.get("correct"))
        verdict = element("strong", nodes.Text("Right. " if right
                                               else "Not so. "))
        asked = self.element("p", option["text"], class_="nnquiz-text")
        why = element("div", verdict, *self.myst(option["why"], inline=True),
                      class_="nnquiz-why")
        return element("li", asked, why,
                       data_correct="yes" if right else "no")


def setup(app):
    app.add_directive("quiz", Quiz)
