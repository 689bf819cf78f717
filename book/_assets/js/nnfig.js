/* Interactive figures, part 4: what brings every fig-<kind>.js to life.
 *
 * A classic script without imports, so that it runs from file:// too. A
 * kind registers a function that makes its controls and returns draw();
 * draw() runs at the start, after each change of a control and when the
 * width changes, and puts up its plots afresh. The static picture is
 * hidden once the first draw() has worked; its caption stays.
 */
(function () {
  "use strict";

  var kinds = {};

  function start(root) {
    var kind = kinds[root.dataset.fig];
    if (!kind) { throw new Error("no figure kind " + root.dataset.fig); }
    var data = root.querySelector("script[type='application/json']");
    var picture = root.querySelector("figure");
    var box = document.createElement("div");
    var ui = new window.nnfig.UI(root, box), width = 0;
    box.className = "nnfig-live";
    var draw = kind(root, data && JSON.parse(data.textContent), ui);
    function redraw() {
      ui.plots.replaceChildren();
      draw();
    }
    ui.changed = redraw;
    picture.insertBefore(box, picture.firstChild);
    redraw();
    width = ui.width();
    root.classList.add("nnfig-on");
    new ResizeObserver(function () {
      if (ui.width() !== width) { width = ui.width(); redraw(); }
    }).observe(root);
  }

  window.nnfig.register = function (name, kind) { kinds[name] = kind; };

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll(".nnfig[data-fig]").forEach(function (root) {
      try { start(root); } catch (problem) {
        root.classList.remove("nnfig-on");
        console.error(problem);
      }
    });
  });
}());
