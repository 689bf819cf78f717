/* adam-step: the step of Adam for gradients given in advance.
 *
 * The reader moves both betas and the size of the gradients. The rule is
 * that of nnlab.optimizers.adam: tests/browser/test_fig_adam_step.py runs
 * both on the same gradients.
 */
(function () {
  "use strict";

  /* Step / lr at each update; without correction m / (sqrt(v) + eps). */
  function steps(gradients, beta1, beta2, eps, correct) {
    var m = 0, v = 0;
    return gradients.map(function (g, k) {
      var t = k + 1;
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      var m_hat = correct ? m / (1 - Math.pow(beta1, t)) : m;
      var v_hat = correct ? v / (1 - Math.pow(beta2, t)) : v;
      return m_hat / (Math.sqrt(v_hat) + eps);
    });
  }

  function places(x) {
    var size = Math.abs(x);
    if (size !== 0 && size < 0.001) {
      return x.toExponential(1).replace("-", "−");
    }
    return x.toFixed(size < 0.1 ? 3 : 2).replace("-", "−");
  }

  /* From log10(1 - beta2): even steps of it are even steps to the eye. */
  function beta2Of(k) { return 1 - Math.pow(10, -k); }

  function largest(values) {
    var at = 0;
    values.forEach(function (x, k) {
      if (Math.abs(x) > Math.abs(values[at]) * (1 + 1e-9)) { at = k; }
    });
    return at;
  }

  function points(values) {
    return values.map(function (y, k) { return [k + 1, y]; });
  }

  function describe(values, words) {
    var at = largest(values);
    return words + " the first step is " + places(values[0])
      + " lr, the largest " + places(values[at]) + " lr at update "
      + (at + 1) + ", the last " + places(values[values.length - 1])
      + " lr.";
  }

  function kind(root, data, ui) {
    var pattern = ui.select({
      label: "Gradient", options: Object.keys(data.gradients)
    });
    var scale = ui.slider({
      label: "Scale", min: -12, max: 4, value: 0,
      format: function (k) {
        return window.nnfig.tickText(Math.pow(10, k), true);
      }
    });
    var beta1 = ui.slider({
      label: "β₁", min: 0, max: 0.99, step: 0.01, value: 0.9,
      format: function (b) { return b.toFixed(2); }
    });
    var beta2 = ui.slider({
      label: "β₂", min: 0.3, max: 4, step: 0.1, value: 3,
      format: function (k) { return beta2Of(k).toFixed(4); }
    });
    var show = ui.select({
      label: "Correction", options: ["with and without", "with", "without"]
    });
    return function () {
      var gradients = data.gradients[pattern.value].map(function (g) {
        return g * Math.pow(10, scale.value);
      });
      var drawn = ["with", "without"].filter(function (name) {
        return show.value === name || show.value === "with and without";
      }).map(function (name) {
        return {
          name: name, series: name === "with" ? 0 : 1,
          values: steps(gradients, beta1.value, beta2Of(beta2.value),
            data.eps, name === "with")
        };
      });
      var all = [].concat.apply([1.2, 0], drawn.map(function (d) {
        return d.values;
      }));
      var low = Math.min.apply(null, all), high = Math.max.apply(null, all);
      var plot = ui.plot({
        title: "Step of Adam over the update number",
        x: { min: 0, max: gradients.length, label: "update t" },
        y: {
          min: low < 0 ? 1.05 * low : 0, max: 1.05 * high, label: "step / lr"
        }
      });
      plot.hline(0);
      plot.hline(1);
      drawn.forEach(function (d) {
        plot.line(points(d.values), {
          label: d.name + " correction", series: d.series,
          width: low < 0 ? 1.6 : 2.4
        });
      });
      ui.say(drawn.map(function (d) {
        return describe(d.values, (d.name === "with" ? "With" : "Without")
          + " correction");
      }).join(" "));
    };
  }

  kind.steps = steps;
  window.nnfig.register("adam-step", kind);
}());
