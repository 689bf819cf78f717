/* The worked example, a group of nodes at a time: forwards, then back.
 * Every number comes from the page's data; only sentences are made here. */
(function () {
  "use strict";

  const X = { x: 0, z1: 1.3, h: 2.6, z2: 3.9, L: 5.2 };
  const Y = { 1: [0], 2: [1, -1], 3: [1.8, 0, -1.8] };
  const TITLES = { x: "x", z1: "z⁽¹⁾", h: "h", z2: "z⁽²⁾", L: "L" };
  const CAME = { z2: 5, h: 7, z1: 8 };    // the step that brings a message
  // Each step: its name, and the two columns that its edges join.
  const STEPS = [
    ["the input"], ["forwards: z⁽¹⁾", "x", "z1"], ["forwards: h", "z1", "h"],
    ["forwards: z⁽²⁾", "h", "z2"], ["forwards: the loss", "z2", "L"],
    ["backwards: dz⁽²⁾", "z2", "L"], ["gradient of W⁽²⁾", "h", "z2"],
    ["backwards: dh", "h", "z2"], ["backwards: dz⁽¹⁾", "z1", "h"],
    ["gradient of W⁽¹⁾", "x", "z1"]];

  const n = v => String(+v.toFixed(3)).replace("-", "−");
  const times = (a, b) => [a, b].map(
    v => (v < 0 ? "(" + n(v) + ")" : n(v))).join("·");
  const list = (name, values, how) => values.map((v, k) =>
    name + "₁₂₃"[k] + " = " + how(k) + " = " + n(v)).join("; ") + ".";
  const dot = (a, b) => a.map((v, k) => times(v, b[k])).join(" + ");
  const column = (W, k) => W.map(row => row[k]);

  /* What happens in this step, with the actual numbers. */
  function sentence(step, run, data, label) {
    const rule = "Each weight: the value where its edge starts times the "
      + "message where it ends. First row: ";
    const row = (value, message, d) => d.map((v, k) =>
      times(value, message[k]) + " = " + n(v)).join("; ") + ".";
    const gates = (open, shut) => run.z1.map((z, j) => "Gate " + (j + 1)
      + (z > 0 ? " is open" + open(j) : " is shut" + shut(j))).join(". ")
      + ".";
    const zeros = run.dW1.concat(run.dW2).flat().filter(v => !v).length;
    return [
      () => "The input is x = (" + run.x.map(n).join(", ") + ").",
      () => list("z", run.z1, k => dot(run.x, column(data.W1, k)) + " + ("
        + n(data.b1[k]) + ")"),
      () => gates(j => ": h = " + n(run.h[j]),
        j => ", because z = " + n(run.z1[j]) + " is not above 0: h = 0"),
      () => list("z", run.z2, k => dot(run.h, column(data.W2, k))),
      () => "p = softmax(z) = (" + run.p.map(n).join(", ") + "), so L = −log "
        + n(run.p[label]) + " = " + n(run.L) + ".",
      () => "p minus the true label: " + list("dz", run.dz2,
        k => n(run.p[k]) + " − " + (k === label ? 1 : 0)),
      () => rule + row(run.h[0], run.dz2, run.dW2[0]),
      () => "Weight times message, added up: " + list("dh", run.dh,
        k => dot(data.W2[k], run.dz2)),
      () => gates(j => " and hands on " + n(run.dz1[j]),
        j => " and stops " + n(run.dh[j])),
      () => rule + row(run.x[0], run.dz1, run.dW1[0]) + " In all, " + zeros
        + " of 12 weights have the gradient 0."
    ][step]();
  }

  /* What the edge from i to j carries; 0 is drawn thin and dotted. */
  function load(step, run, data, i, j) {
    return [() => 0, () => run.x[i] * data.W1[i][j], () => run.h[i],
      () => run.h[i] * data.W2[i][j], () => 1, () => run.dz2[i],
      () => run.dW2[i][j], () => data.W2[i][j] * run.dz2[j],
      () => run.dz1[i], () => run.dW1[i][j]][step]();
  }

  function edge(plot, from, to, weight, on, back) {
    plot.line([from, to], {
      series: !weight ? undefined : back ? 1 : 0, opacity: on ? 1 : 0.35,
      width: weight ? 2 + Math.min(3, Math.abs(weight)) : 1
    }).setAttribute("stroke-dasharray",
      !on || (weight && !back) ? "none" : weight ? "7 4" : "1 4");
  }

  function edges(plot, step, run, data, values) {
    const names = Object.keys(X);
    names.slice(1).forEach((b, c) => {
      const a = names[c], on = STEPS[step][1] === a && STEPS[step][2] === b;
      Y[values[a].length].forEach((y0, i) => Y[values[b].length].forEach(
        (y1, j) => (a !== "z1" || i === j) && edge(
          plot, [X[a], y0], [X[b], y1],
          on ? load(step, run, data, i, j) : 0, on, step > 4)));
    });
  }

  function nodes(plot, step, run, values) {
    const r = plot.width < 460 ? 22 : 28;
    const word = (x, y, text, dy, style) => plot.text(x, y, text,
      { anchor: "middle", dy: dy }).setAttribute("style", style || "");
    Object.keys(X).forEach((name, c) => {
      word(X[name], 2.55, TITLES[name], 0, "font-weight: bold");
      Y[values[name].length].forEach((y, i) => {
        const m = CAME[name] && step >= CAME[name];
        nnfig.svg("circle", { cx: plot.X(X[name]), cy: plot.Y(y), r: r,
          fill: "var(--nnfig-paper)", stroke: "var(--nnfig-ink)",
          "stroke-width": 1.5 }, plot.over);
        word(X[name], y, step >= c ? n(+values[name][i].toFixed(2)) : "",
          m ? -3 : 5);
        word(X[name], y, m ? n(+run["d" + name][i].toFixed(r > 22 ? 2 : 1)) : "", 14,
          "fill: var(--nnfig-c1); font-style: italic");
      });
    });
  }

  function table(ui, layer, from, W, dW) {
    ui.table({
      caption: "W⁽" + layer + "⁾" + (dW ? " | gradient" : ""),
      head: ["from"].concat(W[0].map((w, k) => "to z" + "₁₂₃"[k])),
      rows: W.map((row, i) => [from + "₁₂₃"[i]].concat(row.map((w, j) =>
        n(w) + (dW ? " | " + n(+dW[i][j].toFixed(2)) : "")))) });
  }

  nnfig.register("bp-graph", function (root, data, ui) {
    const last = STEPS.length - 1;
    const at = ui.slider({ label: "Step", min: 0, max: last, value: 4,
      format: v => v + " of " + last + ", " + STEPS[v][0] });
    ui.button({ label: "Back", onclick: () => { at.value -= 1; } });
    ui.button({ label: "Next", onclick: () => { at.value += 1; } });
    const x1 = ui.slider({ label: "Input x₁", min: -4, max: 4, step: 0.5,
      value: 1, format: n });
    const label = ui.choice({ label: "True class", options: [
      { value: 0, label: "first" }, { value: 1, label: "second" }] });
    return function draw() {
      const step = at.value;
      const run = data.runs[label.value][data.x1.indexOf(x1.value)];
      const values = Object.assign({}, run, { L: [run.L] });
      const plot = ui.plot({ title: "Graph of the worked example, step "
        + step + " of " + last, axes: false, x: { min: -0.5, max: 5.7 },
        y: { min: -2.4, max: 2.9 }, aspect: 0.76 });
      edges(plot, step, run, data, values);
      nodes(plot, step, run, values);
      table(ui, "¹", "x", data.W1, step > 8 && run.dW1);
      table(ui, "²", "h", data.W2, step > 5 && run.dW2);
      ui.say(sentence(step, run, data, label.value));
    };
  });
}());
