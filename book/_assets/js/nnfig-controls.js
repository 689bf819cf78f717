/* Interactive figures, part 3: controls, native and labelled.
 *
 * nnfig.UI is what a figure kind gets as `ui`. Every control calls
 * ui.changed() after a change, which draws the figure afresh.
 */
(function () {
  "use strict";

  var html = window.nnfig.html, newId = window.nnfig.newId;
  var Plot = window.nnfig.Plot;

  function still() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  function UI(root, box) {
    this.root = root;
    this.controls = html("div", { "class": "nnfig-controls" });
    this.plots = html("div", { "class": "nnfig-plots" });
    this.status = html("p", {
      "class": "nnfig-status", "aria-live": "polite"
    });
    box.append(this.controls, this.plots, this.status);
    this.changed = function () {};
  }

  UI.prototype.row = function (label, id) {
    var row = html("div", { "class": "nnfig-row" });
    row.appendChild(html("label", { "for": id }, label));
    this.controls.appendChild(row);
    return row;
  };

  UI.prototype.slider = function (spec) {
    var ui = this, id = newId(), row = ui.row(spec.label, id);
    var format = spec.format || function (v) { return String(v); };
    var input = html("input", {
      type: "range", id: id, min: spec.min, max: spec.max,
      step: spec.step || 1
    });
    input.value = spec.value === undefined ? spec.min : spec.value;
    var output = html("output", { "for": id, "aria-hidden": "true" });
    var control = {
      input: input, format: format,
      get value() { return +input.value; },
      set value(v) { input.value = v; show(); }
    };
    function show() {
      output.textContent = format(+input.value);
      input.setAttribute("aria-valuetext", format(+input.value));
    }
    input.addEventListener("input", function () {
      show();
      ui.changed();
    });
    row.append(input, output);
    if (spec.play) { ui.player(spec, control, row); }
    show();
    return control;
  };

  UI.prototype.player = function (spec, control, row) {
    var ui = this, timer = null;
    var button = html("button", { type: "button" }, "Play");
    function stop() {
      window.clearInterval(timer);
      timer = null;
      button.textContent = "Play";
    }
    function go(v) { control.value = v; ui.changed(); }
    function tick() {
      if (control.value >= spec.max) { stop(); return; }
      go(Math.min(spec.max, control.value + (spec.step || 1)));
    }
    button.setAttribute("aria-label", "Play or pause: " + spec.label);
    button.addEventListener("click", function () {
      if (timer) { stop(); return; }
      if (still()) { go(spec.max); return; }
      if (control.value >= spec.max) { go(spec.min); }
      button.textContent = "Pause";
      timer = window.setInterval(tick, spec.interval || 120);
    });
    control.input.addEventListener("keydown", stop);
    control.input.addEventListener("pointerdown", stop);
    row.appendChild(button);
  };

  function option(o) {
    return typeof o === "object" ? o : { value: o, label: String(o) };
  }

  UI.prototype.select = function (spec) {
    var ui = this, id = newId(), row = ui.row(spec.label, id);
    var list = spec.options.map(option), select = html("select", { id: id });
    list.forEach(function (o, k) {
      select.appendChild(html("option", { value: k }, o.label));
      if (o.value === spec.value) { select.value = k; }
    });
    select.addEventListener("change", function () { ui.changed(); });
    row.appendChild(select);
    return {
      input: select,
      get value() { return list[+select.value].value; }
    };
  };

  UI.prototype.choice = function (spec) {
    var ui = this, name = newId(), list = spec.options.map(option);
    var set = html("fieldset", { "class": "nnfig-row nnfig-choice" });
    set.appendChild(html("legend", {}, spec.label));
    var chosen = Math.max(0, list.findIndex(function (o) {
      return o.value === spec.value;
    }));
    list.forEach(function (o, k) {
      var id = name + "-" + k;
      var input = html("input", { type: "radio", name: name, id: id });
      input.checked = k === chosen;
      input.addEventListener("change", function () {
        chosen = k;
        ui.changed();
      });
      set.append(input, html("label", { "for": id }, o.label));
    });
    ui.controls.appendChild(set);
    return { input: set, get value() { return list[chosen].value; } };
  };

  UI.prototype.button = function (spec) {
    var ui = this;
    var button = html("button", { type: "button" }, spec.label);
    button.addEventListener("click", function () {
      spec.onclick();
      ui.changed();
    });
    this.controls.appendChild(button);
    return button;
  };

  UI.prototype.width = function () {
    return Math.max(280, Math.min(720, this.root.clientWidth));
  };

  UI.prototype.plot = function (spec) {
    var width = this.width();
    if (spec.half && width >= 560) {    // the gap between them is 1rem
      width = Math.floor((this.plots.clientWidth - 17) / 2);
    }
    return new Plot(this.plots, spec, width);
  };

  UI.prototype.table = function (spec) {
    var table = html("table", { "class": "nnfig-table" });
    table.appendChild(html("caption", {}, spec.caption));
    var head = html("tr"), thead = html("thead"), body = html("tbody");
    spec.head.forEach(function (t) {
      head.appendChild(html("th", { scope: "col" }, t));
    });
    spec.rows.forEach(function (cells) {
      var row = html("tr");
      cells.forEach(function (t, k) {
        row.appendChild(k ? html("td", {}, t)
          : html("th", { scope: "row" }, t));
      });
      body.appendChild(row);
    });
    thead.appendChild(head);
    table.append(thead, body);
    this.plots.appendChild(table);
  };

  UI.prototype.html = function (node) { this.plots.appendChild(node); };

  UI.prototype.say = function (words) {
    if (this.status.textContent !== words) {
      this.status.textContent = words;
    }
  };

  window.nnfig.UI = UI;
}());
