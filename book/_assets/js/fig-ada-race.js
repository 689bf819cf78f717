/* ada-race: six optimisers on one surface, from where the reader drags.
 *
 * The rule on screen is the one that runs: the figure prints the source
 * of the function that makes the steps. tests/browser/test_fig_ada_race.py
 * runs each rule beside that of nnlab.optimizers, and each gradient
 * beside the surface that the page has drawn.
 */
(function () {
  "use strict";

  /* One coordinate: weight, gradient, what the rule remembers, rate. */
  var RULES = {
    "SGD": function (w, g, s, lr) {
      return w - lr * g;
    },
    "momentum": function (w, g, s, lr) {
      s.v = 0.9 * s.v + g;
      return w - lr * s.v;
    },
    "AdaGrad": function (w, g, s, lr) {
      s.G = s.G + g * g;
      return w - lr * g / (Math.sqrt(s.G) + 1e-10);
    },
    "RMSprop": function (w, g, s, lr) {
      s.v = 0.99 * s.v + 0.01 * g * g;
      return w - lr * g / (Math.sqrt(s.v) + 1e-8);
    },
    "Adam": function (w, g, s, lr) {
      s.t = s.t + 1;
      s.m = 0.9 * s.m + 0.1 * g;
      s.v = 0.999 * s.v + 0.001 * g * g;
      var m_hat = s.m / (1 - Math.pow(0.9, s.t));
      var v_hat = s.v / (1 - Math.pow(0.999, s.t));
      return w - lr * m_hat / (Math.sqrt(v_hat) + 1e-8);
    },
    "NAdam": function (w, g, s, lr) {
      s.t = s.t + 1;
      var mu = 0.9 * (1 - Math.pow(0.96, 0.004 * s.t) / 2);
      var next = 0.9 * (1 - Math.pow(0.96, 0.004 * (s.t + 1)) / 2);
      s.product = s.product * mu;
      s.m = 0.9 * s.m + 0.1 * g;
      s.v = 0.999 * s.v + 0.001 * g * g;
      var m_bar = next * s.m / (1 - s.product * next)
        + (1 - mu) * g / (1 - s.product);
      var v_hat = s.v / (1 - Math.pow(0.999, s.t));
      return w - lr * m_bar / (Math.sqrt(v_hat) + 1e-8);
    }
  };

  /* Loss and gradient at (x, y). */
  var SURFACES = {
    "valley along the axes": {
      loss: function (x, y) { return (x * x + 30 * y * y) / 2; },
      grad: function (x, y) { return [x, 30 * y]; }
    },
    "the same valley, turned": {
      loss: function (x, y) {
        return ((x + y) * (x + y) + 30 * (x - y) * (x - y)) / 4;
      },
      grad: function (x, y) {
        return [(31 * x - 29 * y) / 2, (31 * y - 29 * x) / 2];
      }
    },
    "saddle": {
      loss: function (x, y) {
        return x * x / 2 - y * y / 2 + Math.pow(y, 4) / 4 + 0.25;
      },
      grad: function (x, y) { return [x, Math.pow(y, 3) - y]; }
    },
    "flat far out": {
      loss: function (x, y) { return Math.log(1 + x * x + 30 * y * y); },
      grad: function (x, y) {
        var below = 1 + x * x + 30 * y * y;
        return [2 * x / below, 60 * y / below];
      }
    }
  };
  var EDGE = 2;

  function empty() { return { t: 0, G: 0, m: 0, v: 0, product: 1 }; }

  /* All points on the way, the start included. */
  function path(rule, surface, start, lr, updates) {
    var states = [empty(), empty()], w = start.slice(), points = [w];
    for (var k = 0; k < updates; k += 1) {
      var g = SURFACES[surface].grad(w[0], w[1]);
      w = w.map(function (x, i) {
        return RULES[rule](x, g[i], states[i], lr);
      });
      points.push(w);
    }
    return points;
  }

  /* The lines of the function's body, as they stand in this file. */
  function text(rule) {
    var lines = RULES[rule].toString().split("\n").slice(1, -1);
    return lines.map(function (line) { return line.trim(); }).join("\n");
  }

  function number(x) {
    if (!isFinite(x) || Math.abs(x) > 1e4) { return "more than 10000"; }
    return (Math.abs(x) < 0.01 && x !== 0 ? x.toExponential(0)
      : x.toFixed(2)).replace("-", "−");
  }

  function lossAt(surface, p) { return SURFACES[surface].loss(p[0], p[1]); }

  function describe(surface, paths, t) {
    var ends = Object.keys(paths).map(function (name) {
      return { name: name, loss: lossAt(surface, paths[name][t]) };
    }).sort(function (a, b) {
      return (isFinite(a.loss) ? a.loss : Infinity)
        - (isFinite(b.loss) ? b.loss : Infinity);
    });
    return "Loss after " + t + (t === 1 ? " update: " : " updates: ")
      + ends.map(function (e) { return e.name + " " + number(e.loss); })
        .join(", ") + ".";
  }

  /* The ball follows the pointer; the sliders do so for the keyboard. */
  function draggable(ball, plot, place) {
    function move(event) {
      var box = plot.svg.getBoundingClientRect(), k = plot.width / box.width;
      var x = ((event.clientX - box.left) * k - plot.box.left)
        / (plot.box.right - plot.box.left);
      var y = (plot.box.bottom - (event.clientY - box.top) * k)
        / (plot.box.bottom - plot.box.top);
      place(EDGE * (2 * x - 1), EDGE * (2 * y - 1));
    }
    ball.setAttribute("style", "cursor: grab; touch-action: none");
    ball.setAttribute("class", "nnfig-ball");
    /* Each move draws a new ball. Only a touch that was refused at its
     * start goes on without this one, and does not scroll the page. */
    ball.addEventListener("touchstart", function (event) {
      event.preventDefault();
    }, { passive: false });
    ball.addEventListener("pointerdown", function (event) {
      event.preventDefault();
      function stop() {
        window.removeEventListener("pointermove", follow);
        window.removeEventListener("pointerup", stop);
        window.removeEventListener("pointercancel", stop);
      }
      function follow(e) { plot = place.plot; move(e); }
      window.addEventListener("pointermove", follow);
      window.addEventListener("pointerup", stop);
      window.addEventListener("pointercancel", stop);
    });
  }

  function controls(ui, data) {
    var at = { min: -EDGE, max: EDGE, step: 0.05, format: number };
    return {
      surface: ui.select({
        label: "Surface", options: Object.keys(SURFACES)
      }),
      x: ui.slider(Object.assign({
        label: "Start, w₁", value: data.start[0]
      }, at)),
      y: ui.slider(Object.assign({
        label: "Start, w₂", value: data.start[1]
      }, at)),
      factor: ui.slider({
        label: "Rates ×", min: -1, max: 1, step: 0.05, value: 0,
        format: function (k) { return Math.pow(10, k).toFixed(2); }
      }),
      t: ui.slider({
        label: "Update", min: 0, max: data.updates, value: data.updates,
        play: true, interval: 60
      }),
      rule: ui.select({
        label: "Show the rule of", options: Object.keys(RULES),
        value: "Adam"
      })
    };
  }

  function draw(ui, data, c, place) {
    var surface = c.surface.value, start = [c.x.value, c.y.value];
    var axis = { min: -EDGE, max: EDGE };
    var plot = ui.plot({
      title: "Paths of six optimisers on one surface", equal: true,
      x: Object.assign({ label: "w₁" }, axis),
      y: Object.assign({ label: "w₂" }, axis)
    });
    var paths = {}, factor = Math.pow(10, c.factor.value);
    data.contours[surface].forEach(function (line) {
      plot.line(line, { width: 0.7, opacity: 0.4 });
    });
    Object.keys(RULES).forEach(function (rule, k) {
      var lr = factor * data.rates[surface][rule];
      var all = path(rule, surface, start, lr, c.t.value);
      paths[rule] = all;
      plot.line(all, { series: k, label: rule + ", lr " + number(lr) });
      plot.dots(all.slice(-1), { series: k, r: 5.5 });
    });
    place.plot = plot;
    draggable(window.nnfig.svg("circle", {
      cx: plot.X(start[0]), cy: plot.Y(start[1]), r: 14, "fill-opacity": 0.2,
      fill: "var(--nnfig-ink)", stroke: "var(--nnfig-ink)"
    }, plot.over), plot, place);
    var code = window.nnfig.html("pre", { "class": "nnfig-rule", tabindex: 0 },
      text(c.rule.value));
    code.setAttribute("aria-label", "The rule of " + c.rule.value);
    ui.html(code);
    ui.say(describe(surface, paths, c.t.value));
  }

  function kind(root, data, ui) {
    var c = controls(ui, data);
    function place(x, y) {
      c.x.value = Math.max(-EDGE, Math.min(EDGE, x));
      c.y.value = Math.max(-EDGE, Math.min(EDGE, y));
      ui.changed();
    }
    return function () { draw(ui, data, c, place); };
  }

  kind.path = path;
  kind.surfaces = function (name, points) {
    return points.map(function (p) {
      return [lossAt(name, p)].concat(SURFACES[name].grad(p[0], p[1]));
    });
  };
  kind.text = text;
  window.nnfig.register("ada-race", kind);
}());
