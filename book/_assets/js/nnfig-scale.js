/* Interactive figures, part 1: elements, scales and ticks. */
(function () {
  "use strict";

  var SVG = "http://www.w3.org/2000/svg";
  var count = 0;

  function assign(node, attributes) {
    Object.keys(attributes || {}).forEach(function (name) {
      if (attributes[name] !== undefined) {
        node.setAttribute(name, attributes[name]);
      }
    });
    return node;
  }

  function html(tag, attributes, text) {
    var node = assign(document.createElement(tag), attributes);
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  function svg(tag, attributes, parent, text) {
    var node = assign(document.createElementNS(SVG, tag), attributes);
    if (text !== undefined) { node.textContent = text; }
    if (parent) { parent.appendChild(node); }
    return node;
  }

  function newId() { count += 1; return "nnfig-" + count; }

  /* Scales and ticks. */

  function range(spec, from, to) {
    var log = Boolean(spec.log);
    var f = log ? Math.log10 : function (v) { return v; };
    var low = f(spec.min), high = f(spec.max);
    return function (v) {
      var at = log && v <= 0 ? -1e9 : f(v);
      return from + (at - low) / (high - low) * (to - from);
    };
  }

  function linearTicks(min, max, wanted) {
    var raw = (max - min) / wanted;
    var power = Math.pow(10, Math.floor(Math.log10(raw)));
    var step = [1, 2, 2.5, 5, 10].map(function (k) { return k * power; })
      .find(function (s) { return s >= raw * 0.999; });
    var ticks = [];
    for (var k = Math.ceil(min / step - 1e-9); k * step <= max + 1e-9 * step;
      k += 1) { ticks.push(k * step); }
    return ticks;
  }

  function logTicks(min, max, wanted) {
    var low = Math.ceil(Math.log10(min) - 1e-9);
    var high = Math.floor(Math.log10(max) + 1e-9);
    if (high - low < 1) { return linearTicks(min, max, wanted); }
    var every = Math.max(1, Math.ceil((high - low) / wanted));
    var ticks = [];
    for (var k = low; k <= high; k += every) { ticks.push(Math.pow(10, k)); }
    return ticks;
  }

  function superscript(n) {
    return String(n).replace(/[-\d]/g, function (c) {
      return c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[+c];
    });
  }

  function tickText(v, log) {
    if (v === 0) { return "0"; }
    var size = Math.abs(v);
    if (log && (size < 0.01 || size >= 1e4)) {
      return "10" + superscript(Math.round(Math.log10(size)));
    }
    if (size >= 1e5 || size < 1e-3) {
      return v.toExponential(0).replace("-", "−");
    }
    return String(+v.toPrecision(6)).replace("-", "−");
  }

  window.nnfig = {
    html: html, svg: svg, newId: newId, range: range,
    linearTicks: linearTicks, logTicks: logTicks, tickText: tickText
  };
}());
