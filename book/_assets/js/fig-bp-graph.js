/* Forward and backward through the worked example, a group of nodes at a
 * time. All numbers come from the page's data; nothing is computed here. */
(function () {
  "use strict";

  const SUB = "₁₂₃";
  const X = { x: 0, z1: 1.3, h: 2.6, z2: 3.9, L: 5.2 };
  const Y = { 1: [0], 2: [1, -1], 3: [1.8, 0, -1.8] };
  const CAME = { z2: 5, h: 7, z1: 8 };   // the step that brings a message
  const TITLES = { x: "x", z1: "z⁽¹⁾", h: "h", z2: "z⁽²⁾", L: "L" };
  // Each step: what it is, the columns its edges join, and its direction.
  const STEPS = [
    ["the input", "", ""],
    ["forwards: z⁽¹⁾", "x", "z1"], ["forwards: h", "z1", "h"],
    ["forwards: z⁽²⁾", "h", "z2"], ["forwards: the loss", "z2", "L"],
    ["backwards: dz⁽²⁾", "z2", "L"], ["gradient of W⁽²⁾", "h", "z2"],
    ["backwards: dh", "h", "z2"], ["backwards: dz⁽¹⁾", "z1", "h"],
    ["gradient of W⁽¹⁾", "x", "z1"]
  ];

  const n = v => String(+v.toFixed(3)).replace("-", "−");
  const factor = v => (v < 0 ? "(" + n(v) + ")" : n(v));
  const products = pairs => pairs.map(
    p => factor(p[0]) + "·" + factor(p[1])).join(" + ");

  /* The sentence of a step, with the actual numbers. */
  function sentence(step, run, data, label) {
    const each = (list, words) => list.map(words).join("; ");
    const into = (values, weights, k) => products(
      values.map((v, j) => [v, weights[j][k]]));
    const zeros = run.dW1.concat(run.dW2).flat().filter(v => !v).length;
    return [
      () => "The input is x = (" + run.x.map(n).join(", ") + ").",
      () => each(run.z1, (z, j) => "z" + SUB[j] + " = "
        + into(run.x, data.W1, j) + " + " + factor(data.b1[j]) + " = "
        + n(z)) + ".",
      () => each(run.z1, (z, j) => z > 0
        ? "z" + SUB[j] + " = " + n(z) + " is above 0: the gate is open"
        : "z" + SUB[j] + " = " + n(z) + " is not above 0: shut, h"
          + SUB[j] + " = 0") + ".",
      () => each(run.z2, (z, k) => "z" + SUB[k] + " = "
        + into(run.h, data.W2, k) + " = " + n(z)) + ".",
      () => "p = softmax(z) = (" + run.p.map(n).join(", ") + "), so L = −log "
        + n(run.p[label]) + " = " + n(run.L) + ".",
      () => "p minus the true label: " + each(run.dz2, (d, k) => "dz" + SUB[k]
        + " = " + n(run.p[k]) + " − " + (k === label ? 1 : 0) + " = "
        + n(d)) + ".",
      () => "Each weight: the value where its edge starts times the message "
        + "where it ends. First row: " + each(run.dW2[0], (d, k) =>
        products([[run.h[0], run.dz2[k]]]) + " = " + n(d)) + ".",
      () => each(run.dh, (d, j) => "dh" + SUB[j] + " = "
        + products(run.dz2.map((m, k) => [data.W2[j][k], m])) + " = "
        + n(d)) + ".",
      () => each(run.dz1, (d, j) => run.z1[j] > 0
        ? "gate " + (j + 1) + " is open and hands on " + n(d)
        : "gate " + (j + 1) + " is shut and stops " + n(run.dh[j])) + ".",
      () => "Each weight: value at the start times message at the end. "
        + "First row: " + each(run.dW1[0], (d, j) =>
        products([[run.x[0], run.dz1[j]]]) + " = " + n(d)) + ". In all, "
        + zeros + " of 12 weights have the gradient 0."
    ][step]();
  }

  /* What an edge carries in this step: 0 is drawn thin and dotted. */
  function load(step, run, data, i, j) {
    return [0, run.x[i] * (data.W1[i] || [])[j], run.h[i],
      run.h[i] * (data.W2[i] || [])[j], 1, run.dz2[i],
      (run.dW2[i] || [])[j], (data.W2[i] || [])[j] * run.dz2[j],
      run.dz1[i], (run.dW1[i] || [])[j]][step];
  }

  function values(run) {
    return { x: run.x, z1: run.z1, h: run.h, z2: run.z2, L: [run.L] };
  }

  function edges(plot, step, run, data) {
    const names = Object.keys(X), size = values(run);
    names.slice(1).forEach((b, c) => {
      const a = names[c], on = STEPS[step][1] === a && STEPS[step][2] === b;
      Y[size[a].length].forEach((y0, i) => Y[size[b].length].forEach(
        (y1, j) => {
          if (a === "z1" && i !== j) { return; }
          const w = on ? Math.abs(load(step, run, data, i, j)) : 0;
          plot.line([[X[a], y0], [X[b], y1]], {
            series: !w ? undefined : step < 5 ? 0 : 1,
            width: w ? 2 + Math.min(3, w) : 1, opacity: on ? 1 : 0.35
          }).setAttribute("stroke-dasharray",
            !on || (w && step < 5) ? "" : w ? "7 4" : "1 4");
        }));
    });
  }

  function nodes(plot, step, run) {
    const r = plot.width < 460 ? 22 : 28, size = values(run);
    Object.keys(X).forEach((name, c) => {
      plot.text(X[name], 2.65, TITLES[name], { anchor: "middle" });
      Y[size[name].length].forEach((y, i) => {
        const m = CAME[name] && step >= CAME[name]
          ? n(+run["d" + name][i].toFixed(2)) : "";
        nnfig.svg("circle", { cx: plot.X(X[name]), cy: plot.Y(y), r: r,
          fill: "var(--nnfig-paper)", stroke: "var(--nnfig-ink)",
          "stroke-width": 1.5 }, plot.over);
        plot.text(X[name], y, step >= c ? n(+size[name][i].toFixed(2)) : "",
          { anchor: "middle", dy: m ? -3 : 5 });
        plot.text(X[name], y, m, { anchor: "middle", dy: 14 }).setAttribute(
          "style", "fill: var(--nnfig-c1); font-style: italic");
      });
    });
  }

  function table(ui, layer, from, to, W, dW, known) {
    ui.table({
      caption: "Weights of layer " + layer
        + (known ? ", with gradients" : ""),
      head: ["from"].concat(to.map(t => "to " + t)),
      rows: from.map((f, i) => [f].concat(W[i].map((w, j) => n(w)
        + (known ? " (d = " + n(dW[i][j]) + ")" : ""))))
    });
  }

  nnfig.register("bp-graph", function (root, data, ui) {
    const at = ui.slider({ label: "Step", min: 0, max: STEPS.length - 1,
      value: 9, format: v => v + " of 9, " + STEPS[v][0] });
    const move = by => () => {
      at.value = Math.max(0, Math.min(STEPS.length - 1, at.value + by));
    };
    ui.button({ label: "Start again", onclick: () => { at.value = 0; } });
    ui.button({ label: "One step back", onclick: move(-1) });
    ui.button({ label: "One step on", onclick: move(1) });
    const x1 = ui.slider({ label: "Input x₁", min: -4, max: 4, step: 0.5,
      value: 1, format: n });
    const label = ui.choice({ label: "True class",
      options: [{ value: 0, label: "first" }, { value: 1, label: "second" }] });
    return function draw() {
      const run = data.runs[label.value][data.x1.indexOf(x1.value)];
      const plot = ui.plot({ title: "Graph of the worked example, step "
        + at.value + " of 9", axes: false, x: { min: -0.5, max: 5.7 },
        y: { min: -2.9, max: 3.1 }, aspect: 0.78 });
      edges(plot, at.value, run, data);
      nodes(plot, at.value, run);
      ui.say(sentence(at.value, run, data, label.value));
      table(ui, 1, ["x₁", "x₂"], ["z₁", "z₂", "z₃"], data.W1, run.dW1,
        at.value >= 9);
      table(ui, 2, ["h₁", "h₂", "h₃"], ["z₁", "z₂"], data.W2, run.dW2,
        at.value >= 6);
    };
  });
}());
