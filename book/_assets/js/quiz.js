/* Questions: choose, check, read the explanation of what was chosen. */
(function () {
  "use strict";

  function prepare(question) {
    var answers = question.querySelector(".nnquiz-answers");
    var items = answers.querySelectorAll("li");
    var radios = question.querySelectorAll(".nnquiz-radio");
    var button = document.createElement("button");
    var said = document.createElement("div");
    button.type = "button";
    button.className = "nnquiz-check";
    button.textContent = "Check";
    said.className = "nnquiz-said";
    said.setAttribute("aria-live", "polite");
    answers.before(button, said);
    answers.hidden = true;

    function clear() {
      said.replaceChildren();
      delete question.dataset.answered;
    }

    function check() {
      var chosen = Array.from(radios).findIndex(function (radio) {
        return radio.checked;
      });
      if (chosen < 0) {
        said.textContent = "Choose an answer first.";
        return;
      }
      var why = items[chosen].querySelector(".nnquiz-why");
      said.replaceChildren(why.cloneNode(true));
      question.dataset.answered = items[chosen].dataset.correct;
    }

    radios.forEach(function (radio) {
      radio.addEventListener("change", clear);
    });
    button.addEventListener("click", check);
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll(".nnquiz-question").forEach(prepare);
  });
}());
