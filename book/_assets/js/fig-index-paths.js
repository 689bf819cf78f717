/* index-paths: three optimisers on their way down one valley. */
nnfig.register("index-paths", function (root, data, ui) {
  "use strict";

  var names = Object.keys(data.paths);
  var last = data.paths[names[0]].length - 1;
  var update = ui.slider({
    label: "Update", min: 0, max: last, value: last, play: true
  });

  function ellipse(level) {
    var radii = data.curvature.map(function (c) {
      return Math.sqrt(2 * level / c);
    });
    return Array.from({ length: 90 }, function (_, k) {
      var turn = k * Math.PI / 45;
      return [radii[0] * Math.cos(turn), radii[1] * Math.sin(turn)];
    });
  }

  function valley() {
    var plot = ui.plot({
      title: "Paths of three optimisers in a long narrow valley",
      aspect: root.clientWidth < 460 ? 0.75 : 0.5,
      x: { min: -4, max: 1.5, label: "w₁" },
      y: { min: -1.5, max: 1.5, label: "w₂" }
    });
    data.levels.forEach(function (level) {
      plot.line(ellipse(level), { closed: true, width: 0.8, opacity: 0.35 });
    });
    return plot;
  }

  function words(t) {
    return "After " + t + (t === 1 ? " update" : " updates")
      + " the loss is " + names.map(function (name) {
        return data.losses[name][t].toPrecision(2).replace("e-", " × 10^−")
          + " with " + name;
      }).join(", ") + ".";
  }

  return function draw() {
    var plot = valley(), t = update.value;
    names.forEach(function (name, k) {
      var path = data.paths[name].slice(0, t + 1);
      plot.line(path, { series: k, label: name });
      plot.dots(path.slice(-1), { series: k, r: 6 });
    });
    plot.text(0, 0, "★", { anchor: "middle", dy: 5 });
    ui.say(words(t));
  };
});
