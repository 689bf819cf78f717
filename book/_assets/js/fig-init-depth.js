/* init-depth: the size of the signal by layer, forwards and backwards.
 *
 * The reader moves the standard deviation of the weights and the depth.
 * The weights are drawn once, with standard deviation 1, and scaled.
 * tests/browser/test_fig_init_depth.py runs signal() and a net of
 * nnlab.layers on the same weights.
 */
(function () {
  "use strict";

  var WIDTH = 64, BATCH = 16, DEEPEST = 30;

  /* Numbers from 0 to 1, the same in every browser (mulberry32). */
  function uniform(seed) {
    return function () {
      seed = (seed + 0x6D2B79F5) | 0;
      var t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  function normals(rows, columns, next) {
    var all = [];
    for (var i = 0; i < rows; i += 1) {
      var row = new Float64Array(columns);
      for (var j = 0; j < columns; j += 1) {
        row[j] = Math.sqrt(-2 * Math.log(1 - next()))
          * Math.cos(2 * Math.PI * next());
      }
      all.push(row);
    }
    return all;
  }

  function product(a, b) {
    return a.map(function (row) {
      var out = new Float64Array(b[0].length);
      for (var j = 0; j < b.length; j += 1) {
        var x = row[j], w = b[j];
        for (var k = 0; k < out.length; k += 1) { out[k] += x * w[k]; }
      }
      return out;
    });
  }

  function transpose(a) {
    return Array.from(a[0], function (_, k) {
      return Float64Array.from(a, function (row) { return row[k]; });
    });
  }

  function each(a, f, b) {
    return a.map(function (row, i) {
      return Float64Array.from(row, function (x, k) {
        return f(x, b && b[i][k]);
      });
    });
  }

  function rms(a) {
    var sum = 0, n = 0;
    a.forEach(function (row) {
      row.forEach(function (x) { sum += x * x; n += 1; });
    });
    return Math.sqrt(sum / n);
  }

  var PHI = {
    ReLU: [function (z) { return Math.max(0, z); },
      function (d, z) { return z > 0 ? d : 0; }],
    tanh: [Math.tanh,
      function (d, z) { var a = Math.tanh(z); return d * (1 - a * a); }]
  };

  /* {a, da}: rms by layer. weights: unit ones, dout: that of the last. */
  function signal(x, weights, std, activation, dout) {
    var phi = PHI[activation], a = x, zs = [], sizes = [];
    var scaled = weights.map(function (W) {
      return each(W, function (w) { return std * w; });
    });
    scaled.forEach(function (W) {
      var z = product(a, W);
      a = each(z, phi[0]);
      zs.push(z);
      sizes.push(rms(a));
    });
    var da = dout, back = [];
    for (var l = scaled.length - 1; l >= 0; l -= 1) {
      back.unshift(rms(da));
      if (l > 0) {
        da = product(each(da, phi[1], zs[l]), transpose(scaled[l]));
      }
    }
    return { a: sizes, da: back };
  }

  function number(x) {
    if (x >= 0.01 && x < 1000) { return String(+x.toPrecision(2)); }
    return x.toExponential(1).replace("-", "−").replace("+", "");
  }

  function points(values) {
    return values.map(function (y, k) { return [k + 1, y]; });
  }

  /* The limits of a logarithmic axis that holds these and 1. */
  function limits(values) {
    var seen = values.filter(function (v) { return v > 0 && isFinite(v); });
    var low = Math.log10(Math.min.apply(null, seen.concat(0.05)));
    var high = Math.log10(Math.max.apply(null, seen.concat(20)));
    return {
      min: Math.pow(10, Math.floor(low)), max: Math.pow(10, Math.ceil(high))
    };
  }

  /* Which scheme is nearest, for a square layer of WIDTH units? */
  function scheme(std) {
    var known = [
      ["PyTorch's default", 1 / 3], ["LeCun's and Xavier's", 1], ["He's", 2]
    ];
    var near = known.filter(function (s) {
      return Math.abs(std / Math.sqrt(s[1] / WIDTH) - 1) < 0.06;
    });
    return near.length ? " That is close to " + near[0][0] + " start." : "";
  }

  function fate(x) {
    return x < 0.01 ? "has died" : x > 100 ? "has blown up" : "is alive";
  }

  function kind(root, data, ui) {
    var next = uniform(1);
    var x = normals(BATCH, WIDTH, next);
    var dout = normals(BATCH, WIDTH, next), weights = [];
    for (var l = 0; l < DEEPEST; l += 1) {
      weights.push(normals(WIDTH, WIDTH, next));
    }
    var activation = ui.choice({
      label: "Activation", options: ["ReLU", "tanh"], value: "ReLU"
    });
    var std = ui.slider({
      label: "Std of the weights", min: -2, max: 0.3, step: 0.01,
      value: -1.3,
      format: function (k) { return Math.pow(10, k).toPrecision(3); }
    });
    var depth = ui.slider({
      label: "Layers", min: 1, max: DEEPEST, value: 20
    });
    return function () {
      var s = Math.pow(10, std.value), L = depth.value;
      var found = signal(x, weights.slice(0, L), s, activation.value, dout);
      var y = limits(found.a.concat(found.da));
      var plot = ui.plot({
        title: "Size of activations and gradients by layer",
        x: { min: 0, max: Math.max(L, 2), label: "layer" },
        y: { min: y.min, max: y.max, log: true, label: "rms" }
      });
      plot.hline(1);
      plot.line(points(found.a), { label: "activations a", series: 0 });
      plot.line(points(found.da), {
        label: "gradients dL/da, the last one set to 1", series: 1
      });
      if (L === 1) {
        plot.dots(points(found.a), { series: 0 });
        plot.dots(points(found.da), { series: 1 });
      }
      ui.say("With std " + s.toPrecision(3) + " the activations of layer "
        + L + " have an rms of " + number(found.a[L - 1])
        + ": the signal " + fate(found.a[L - 1])
        + ". The gradient at layer 1 has " + number(found.da[0])
        + ": it " + fate(found.da[0]) + "." + scheme(s));
    };
  }

  kind.signal = signal;
  window.nnfig.register("init-depth", kind);
}());
