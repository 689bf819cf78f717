/* Training in progress: boundary and loss, for four backward passes.
 * The frames were computed by the page's cell; this only shows them. */
(function () {
  "use strict";

  nnfig.register("bp-run", function (root, data, ui) {
    const last = data.updates.length - 1;
    const pass = ui.select({ label: "Backward pass",
      options: data.names.map((name, k) => ({ value: k, label: name })) });
    const at = ui.slider({ label: "Updates made", min: 0, max: last,
      value: 0, play: true, interval: 250,
      format: v => String(data.updates[v]) });

    function scene(k, frame) {
      const plot = ui.plot({
        title: "Points and decision boundary after "
          + data.updates[at.value] + " updates",
        half: true, aspect: 0.8, x: { min: -2.4, max: 2.4, label: "x₁" },
        y: { min: -1.6, max: 1.6, label: "x₂" } });
      [[0, "class 1", 0], [1, "class 2", 2]].forEach(c => plot.dots(
        data.points.filter((p, i) => data.labels[i] === c[0]),
        { series: c[2], label: c[1], r: 3 }));
      frame.lines.forEach(line => plot.line(line,
        { width: 3, dash: "none" }));
    }

    function losses(k) {
      const plot = ui.plot({ title: "Training loss", half: true,
        aspect: 0.8, x: { min: 1, max: data.updates[last] + 1, log: true,
          label: "update, counted from 1" },
        y: { min: 0, max: 1, label: "training loss" } });
      const curve = r => r.map((f, i) => [data.updates[i] + 1, f.loss]);
      data.runs.forEach((r, j) => {
        if (j !== k) { plot.line(curve(r), { width: 1, opacity: 0.5 }); }
      });
      plot.line(curve(data.runs[k]), { series: 1, label: data.names[k] });
      plot.dots([curve(data.runs[k])[at.value]], { series: 1, r: 6 });
    }

    return function draw() {
      const k = pass.value, frame = data.runs[k][at.value];
      scene(k, frame);
      losses(k);
      ui.say("Backward pass " + data.names[k] + ", after "
        + data.updates[at.value] + " updates: loss " + frame.loss.toFixed(3)
        + ", " + (100 * frame.hits).toFixed(1)
        + "% of the points on the right side.");
    };
  });
}());
