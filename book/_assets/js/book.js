/* On every page: boxes that scroll sideways can be reached by keyboard. */
(function () {
  "use strict";

  var WIDE = "mjx-container[display='true'], div.highlight pre,"
    + " div.pst-scrollable-table-container, .nnclaim-table";

  function mark() {
    document.querySelectorAll(WIDE).forEach(function (box) {
      var wide = box.scrollWidth > box.clientWidth + 1;
      if (wide && !box.hasAttribute("tabindex")) {
        box.tabIndex = 0;
        box.dataset.nnwide = "yes";
      } else if (!wide && box.dataset.nnwide) {
        box.removeAttribute("tabindex");
        delete box.dataset.nnwide;
      }
    });
  }

  window.addEventListener("load", function () {
    var maths = window.MathJax && window.MathJax.startup;
    mark();
    if (maths) {
      maths.promise.then(function () { return document.fonts.ready; })
        .then(mark);
    }
    window.addEventListener("resize", mark);
    document.addEventListener("toggle", mark, true);
  });

  /* From disk a page may not fetch the pages that a search found. */
  if (location.protocol === "file:") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }

  /* Folded text belongs on paper. */
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("main details:not([open])").forEach(
      function (fold) { fold.open = true; fold.dataset.shut = "yes"; });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-shut]").forEach(
      function (fold) { fold.open = false; delete fold.dataset.shut; });
  });
}());
