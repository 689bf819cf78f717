/* norm-running: BatchNorm's running statistics, batch by batch.
 *
 * The reader moves momentum, the batch size and the convention. The rules
 * are those of nnlab.normalization.running_pytorch and running_keras:
 * tests/browser/test_fig_norm_running.py runs both on the same values.
 */
(function () {
  "use strict";

  function mean(values) {
    return values.reduce(function (a, b) { return a + b; }, 0)
      / values.length;
  }

  /* Mean and biased variance of each batch: [[mean, var], ...]. */
  function batches(values, size, most) {
    var found = [];
    for (var k = 0; found.length < most && k + size <= values.length;
      k += size) {
      var part = values.slice(k, k + size), m = mean(part);
      found.push([m, mean(part.map(function (v) {
        return (v - m) * (v - m);
      }))]);
    }
    return found;
  }

  /* The same batches if the feature's mean moves by drift a batch. */
  function moved(stats, drift) {
    return stats.map(function (s, t) { return [s[0] + drift * t, s[1]]; });
  }

  /* The running pair after each batch, from (0, 1).
   *
   * ours: momentum is the share of the new batch and the variance that
   * goes in is the unbiased one; else it is the share of the old value,
   * and the variance stays biased.
   */
  function running(stats, size, momentum, ours) {
    var m = 0, v = 1, share = ours ? momentum : 1 - momentum;
    return stats.map(function (s) {
      var variance = ours ? s[1] * size / (size - 1) : s[1];
      m = (1 - share) * m + share * s[0];
      v = (1 - share) * v + share * variance;
      return [m, v];
    });
  }

  function places(x) { return x.toFixed(2).replace("-", "−"); }

  function column(pairs, k) {
    return pairs.map(function (p, t) { return [t + 1, p[k]]; });
  }

  function lastHalf(pairs, k) {
    return pairs.slice(Math.floor(pairs.length / 2)).map(function (p) {
      return p[k];
    });
  }

  function spread(values) {
    var m = mean(values);
    return Math.sqrt(mean(values.map(function (v) {
      return (v - m) * (v - m);
    })));
  }

  function kind(root, data, ui) {
    var momentum = ui.slider({
      label: "momentum", min: 0, max: 1, step: 0.01, value: 0.1,
      format: function (m) { return m.toFixed(2); }
    });
    var size = ui.slider({
      label: "Batch size", min: 1, max: 5, value: 3,
      format: function (k) { return String(Math.pow(2, k)); }
    });
    var rule = ui.select({
      label: "Convention", options: [
        "ours, PyTorch: share of the new batch",
        "slides, Keras: share of the old value"]
    });
    var feature = ui.select({
      label: "Feature", options: Object.keys(data.drift)
    });
    return function () {
      var ours = rule.value.indexOf("ours") === 0;
      var n = Math.pow(2, size.value);
      var drift = data.drift[feature.value];
      var stats = moved(batches(data.values, n, data.steps), drift);
      var path = running(stats, n, momentum.value, ours);
      var truth = [0, data.steps - 1].map(function (t) {
        return [t + 1, data.mean + drift * t, data.variance];
      });
      ["mean", "variance"].forEach(function (name, k) {
        var high = k ? data.top_var : data.top_mean;
        var plot = ui.plot({
          title: "Running " + name + " over the batches", half: true,
          x: { min: 0, max: data.steps, label: "batch" },
          y: { min: k ? 0 : data.low_mean, max: high, label: name }
        });
        plot.line(truth.map(function (p) { return [p[0], p[k + 1]]; }),
          { label: "true", width: 1.4, dash: "3 3" });
        plot.dots(column(stats, k).map(function (p) {
          return [p[0], k && ours ? p[1] * n / (n - 1) : p[1]];
        }), { label: "batches", series: 2, r: 2.4, opacity: 0.7 });
        plot.line(column(path, k), { label: "running", series: 0 });
      });
      var end = path[path.length - 1];
      ui.say("The new batch has the share "
        + places(ours ? momentum.value : 1 - momentum.value)
        + ". After " + path.length + " batches of " + n
        + " the running mean is " + places(end[0]) + " (the feature's: "
        + places(truth[1][1]) + "), the running variance "
        + places(end[1]) + " (" + places(truth[1][2])
        + "). Over the last half the running mean varies with a standard "
        + "deviation of " + places(spread(lastHalf(path, 0)))
        + ", the batch means with "
        + places(spread(lastHalf(stats, 0))) + ".");
    };
  }

  kind.batches = batches;
  kind.moved = moved;
  kind.running = running;
  window.nnfig.register("norm-running", kind);
}());
