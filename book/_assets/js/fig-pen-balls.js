/* pen-balls: a loss of two weights with a price on them.
 *
 * The reader moves lambda and chooses L1 or L2. The minimum is that of
 * nnlab.regularization: tests/browser/test_fig_pen_balls.py compares it
 * with proximal steps and with the closed form.
 */
(function () {
  "use strict";

  function soft(w, t) {
    return Math.sign(w) * Math.max(Math.abs(w) - t, 0);
  }

  /* The minimum of (w - v)' H (w - v) / 2 + lam R(w). */
  function minimum(H, v, lam, norm) {
    var a = H[0][0], b = H[0][1], d = H[1][1];
    var g = [a * v[0] + b * v[1], b * v[0] + d * v[1]];
    if (norm === "L2") {
      var p = a + 2 * lam, q = d + 2 * lam, det = p * q - b * b;
      return [(q * g[0] - b * g[1]) / det, (p * g[1] - b * g[0]) / det];
    }
    var w = [v[0], v[1]];       // one weight after the other, exactly
    for (var k = 0; k < 500; k += 1) {
      w[0] = soft(g[0] - b * w[1], lam) / a;
      w[1] = soft(g[1] - b * w[0], lam) / d;
    }
    return w;
  }

  function loss(H, v, w) {
    var x = w[0] - v[0], y = w[1] - v[1];
    return (H[0][0] * x * x + 2 * H[0][1] * x * y + H[1][1] * y * y) / 2;
  }

  /* Points of the ellipse where the loss has this level. */
  function contour(H, v, level) {
    var l11 = Math.sqrt(H[0][0]), l21 = H[0][1] / l11;
    var l22 = Math.sqrt(H[1][1] - l21 * l21), r = Math.sqrt(2 * level);
    var points = [];
    for (var k = 0; k <= 96; k += 1) {
      var y = r * Math.sin(k * Math.PI / 48) / l22;
      var x = (r * Math.cos(k * Math.PI / 48) - l21 * y) / l11;
      points.push([v[0] + x, v[1] + y]);
    }
    return points;
  }

  function size(w, norm) {
    return norm === "L1" ? Math.abs(w[0]) + Math.abs(w[1])
      : Math.hypot(w[0], w[1]);
  }

  /* The edge of the ball of this size: a diamond or a circle. */
  function ball(r, norm) {
    if (norm === "L1") {
      return [[r, 0], [0, r], [-r, 0], [0, -r], [r, 0]];
    }
    var points = [];
    for (var k = 0; k <= 96; k += 1) {
      points.push([r * Math.cos(k * Math.PI / 48),
        r * Math.sin(k * Math.PI / 48)]);
    }
    return points;
  }

  function path(H, v, lam, norm) {
    var points = [];
    for (var k = 0; k <= 60; k += 1) {
      points.push(minimum(H, v, lam * k / 60, norm));
    }
    return points;
  }

  function zeros(w) {
    return w.filter(function (x) { return x === 0; }).length;
  }

  function number(x) { return x.toFixed(2).replace("-", "−"); }

  function describe(w, lam, norm) {
    var n = zeros(w);
    return "With " + norm + " and λ = " + number(lam) + " the weights are "
      + number(w[0]) + " and " + number(w[1]) + "; "
      + ["no weight is", "one weight is", "both weights are"][n]
      + " exactly 0.";
  }

  function draw(plot, H, v, lam, norm) {
    var w = minimum(H, v, lam, norm), level = loss(H, v, w);
    [0.05, 0.2, 0.45, 0.8, 1.25].forEach(function (c) {
      plot.line(contour(H, v, c), { width: 0.7, opacity: 0.45 });
    });
    plot.hline(0);
    plot.vline(0);
    plot.line(contour(H, v, level), {
      series: 0, label: "loss as low as here"
    });
    plot.line(ball(size(w, norm), norm), {
      series: 1, label: "price as high as here"
    });
    plot.line(path(H, v, lam, norm), { width: 1.2, label: "path from λ = 0" });
    plot.dots([v], { series: 3, r: 5, label: "minimum of the loss" });
    plot.dots([w], { series: 0, r: 6, label: "minimum of loss + price" });
    return w;
  }

  function kind(root, data, ui) {
    var norm = ui.choice({ label: "Price", options: ["L1", "L2"] });
    var lam = ui.slider({
      label: "λ", min: 0, max: data.most, step: 0.01, value: data.lam,
      format: number
    });
    return function () {
      var plot = ui.plot({
        title: "Contour lines of a loss, a ball around 0, and the minimum",
        equal: true, x: { min: -1, max: 2.3, label: "first weight" },
        y: { min: -0.6, max: 2.1, label: "second weight" }
      });
      var w = draw(plot, data.H, data.w_hat, lam.value, norm.value);
      ui.say(describe(w, lam.value, norm.value));
    };
  }

  kind.minimum = minimum;
  kind.contour = contour;
  kind.describe = describe;
  window.nnfig.register("pen-balls", kind);
}());
