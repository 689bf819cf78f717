/* Interactive figures, part 2: plots, drawn as SVG.
 *
 * new nnfig.Plot(holder, spec, width): axes with ticks, and marks in the
 * coordinates of the data. Series 0 to 5 differ in colour, dash and shape
 * alike; the colours are CSS variables, so that they follow the theme.
 */
(function () {
  "use strict";

  var nnfig = window.nnfig, html = nnfig.html, svg = nnfig.svg;
  var DASHES = ["", "7 4", "9 4 2 4", "2 4", "14 5", "1 0"];
  var SHAPES = [
    null, "M-1-1H1V1H-1Z", "M0-1.25 1.15.9H-1.15Z",
    "M0-1.3 1.3 0 0 1.3-1.3 0Z", "M0 1.25 1.15-.9H-1.15Z", null];

  /* A plot: axes, and marks in the coordinates of the data. */

  function Plot(holder, spec, width) {
    var plot = this;
    var phone = width < 460;
    spec = Object.assign({ aspect: phone ? 0.8 : 0.55 }, spec);
    spec.x = Object.assign({ min: 0, max: 1 }, spec.x);
    spec.y = Object.assign({ min: 0, max: 1 }, spec.y);
    var bare = spec.axes === false;
    var box = plot.box = {
      left: bare ? 2 : 56, right: width - (bare ? 2 : 14),
      top: bare ? 2 : 26
    };
    var height = Math.round(width * spec.aspect);
    box.bottom = height - (bare ? 2 : 44);
    if (spec.equal) {
      box.bottom = box.top + (box.right - box.left)
        * (spec.y.max - spec.y.min) / (spec.x.max - spec.x.min);
      height = Math.round(box.bottom + (bare ? 2 : 44));
    }
    plot.width = width;
    plot.height = height;
    plot.x = spec.x;
    plot.y = spec.y;
    plot.X = nnfig.range(spec.x, box.left, box.right);
    plot.Y = nnfig.range(spec.y, box.bottom, box.top);
    plot.figure = html("div", { "class": "nnfig-plot" });
    plot.svg = svg("svg", {
      viewBox: "0 0 " + width + " " + height, role: "img",
      width: width, height: height, "aria-label": spec.title || "Plot"
    }, plot.figure);
    var id = nnfig.newId();
    var clip = svg("clipPath", { id: id }, svg("defs", {}, plot.svg));
    svg("rect", {
      x: box.left - 1, y: box.top - 1, width: box.right - box.left + 2,
      height: box.bottom - box.top + 2
    }, clip);
    if (!bare) { plot.axes(phone); }
    plot.inside = svg("g", { "clip-path": "url(#" + id + ")" }, plot.svg);
    plot.over = svg("g", {}, plot.svg);
    plot.legend = html("ul", { "class": "nnfig-legend" });
    plot.known = {};
    plot.figure.appendChild(plot.legend);
    holder.appendChild(plot.figure);
  }

  Plot.prototype.axes = function (phone) {
    var plot = this, box = plot.box;
    var g = svg("g", { "class": "nnfig-axes" }, plot.svg);
    function ticks(axis, wanted) {
      return axis.ticks || (axis.log ? nnfig.logTicks : nnfig.linearTicks)(
        axis.min, axis.max, wanted);
    }
    ticks(plot.x, phone ? 4 : 7).forEach(function (v) {
      var x = plot.X(v);
      svg("line", { x1: x, x2: x, y1: box.top, y2: box.bottom }, g);
      svg("text", { x: x, y: box.bottom + 17, "text-anchor": "middle" }, g,
        (plot.x.format || nnfig.tickText)(v, plot.x.log));
    });
    ticks(plot.y, 5).forEach(function (v) {
      var y = plot.Y(v);
      svg("line", { x1: box.left, x2: box.right, y1: y, y2: y }, g);
      svg("text", { x: box.left - 7, y: y + 4, "text-anchor": "end" }, g,
        (plot.y.format || nnfig.tickText)(v, plot.y.log));
    });
    svg("path", {
      "class": "nnfig-frame", d: "M" + box.left + " " + box.top + "V"
        + box.bottom + "H" + box.right
    }, g);
    svg("text", {
      "class": "nnfig-label", x: (box.left + box.right) / 2,
      y: box.bottom + 38, "text-anchor": "middle"
    }, g, plot.x.label || "");
    svg("text", { "class": "nnfig-label", x: 4, y: 15 }, g,
      plot.y.label || "");
  };

  Plot.prototype.style = function (options) {
    var k = options.series;
    if (k === undefined) {
      return {
        stroke: "var(--nnfig-ink)", "stroke-dasharray": options.dash
      };
    }
    return {
      stroke: "var(--nnfig-c" + k % 6 + ")",
      "stroke-dasharray": options.dash === undefined ? DASHES[k % 6]
        : options.dash
    };
  };

  Plot.prototype.note = function (options, shape) {
    if (!options.label || this.known[options.label]) { return; }
    this.known[options.label] = true;
    var item = html("li");
    var key = svg("svg", {
      width: 34, height: 12, viewBox: "0 0 34 12", "aria-hidden": "true"
    }, item);
    if (shape === "dots") { this.mark(key, 17, 6, options); }
    else if (shape === "rect") {
      svg("rect", {
        x: 8, y: 0, width: 18, height: 12,
        fill: "var(--nnfig-c" + (options.series || 0) % 6 + ")"
      }, key);
    } else {
      svg("line", Object.assign({
        x1: 1, x2: 33, y1: 6, y2: 6, "stroke-width": options.width || 2.4
      }, this.style(options)), key);
    }
    item.appendChild(html("span", {}, options.label));
    this.legend.appendChild(item);
  };

  Plot.prototype.line = function (points, options) {
    options = options || {};
    var plot = this, pen = "M", d = "";
    points.forEach(function (p) {
      if (!isFinite(p[0]) || !isFinite(p[1])) { pen = "M"; return; }
      var x = Math.max(-1e5, Math.min(1e5, plot.X(p[0])));
      var y = Math.max(-1e5, Math.min(1e5, plot.Y(p[1])));
      d += pen + x.toFixed(1) + " " + y.toFixed(1);
      pen = "L";
    });
    if (options.closed && d) { d += "Z"; }
    plot.note(options, "line");
    return svg("path", Object.assign({
      d: d, fill: options.fill
        ? "var(--nnfig-c" + (options.series || 0) % 6 + ")" : "none",
      "fill-opacity": options.fill ? 0.2 : undefined,
      "stroke-width": options.width || 2.4, "stroke-linejoin": "round",
      opacity: options.opacity
    }, plot.style(options)), plot.inside);
  };

  Plot.prototype.mark = function (parent, x, y, options) {
    var r = options.r || 4.5, k = (options.series || 0) % 6;
    var look = {
      fill: options.hollow ? "var(--nnfig-paper)" : "var(--nnfig-c" + k + ")",
      stroke: options.hollow ? "var(--nnfig-c" + k + ")"
        : "var(--nnfig-paper)",
      "stroke-width": options.hollow ? 2 : 1, opacity: options.opacity
    };
    if (!SHAPES[k]) {
      return svg("circle", Object.assign({ cx: x, cy: y, r: r }, look),
        parent);
    }
    return svg("path", Object.assign({
      d: SHAPES[k], transform: "translate(" + x + " " + y + ") scale(" + r
        + ")", "vector-effect": "non-scaling-stroke"
    }, look), parent);
  };

  Plot.prototype.dots = function (points, options) {
    options = options || {};
    var plot = this;
    plot.note(options, "dots");
    points.forEach(function (p) {
      var x = plot.X(p[0]), y = plot.Y(p[1]);
      if (isFinite(x) && isFinite(y) && Math.abs(x) < 1e4
        && Math.abs(y) < 1e4) {
        plot.mark(plot.inside, x.toFixed(1), y.toFixed(1), options);
      }
    });
  };

  Plot.prototype.text = function (x, y, words, options) {
    options = options || {};
    return svg("text", {
      "class": "nnfig-text", x: this.X(x) + (options.dx || 0),
      y: this.Y(y) + (options.dy || 0),
      "text-anchor": options.anchor || "start"
    }, this.over, words);
  };

  Plot.prototype.hline = function (y, options) {
    return this.rule(this.box.left, this.box.right, this.Y(y), this.Y(y),
      options);
  };

  Plot.prototype.vline = function (x, options) {
    return this.rule(this.X(x), this.X(x), this.box.top, this.box.bottom,
      options);
  };

  Plot.prototype.rule = function (x1, x2, y1, y2, options) {
    options = Object.assign({ dash: "3 3", width: 1.4 }, options);
    this.note(options, "line");
    return svg("line", Object.assign({
      x1: x1, x2: x2, y1: y1, y2: y2, "stroke-width": options.width
    }, this.style(options)), this.inside);
  };

  Plot.prototype.rect = function (x0, y0, x1, y1, options) {
    options = options || {};
    var a = this.X(x0), b = this.X(x1), c = this.Y(y0), d = this.Y(y1);
    this.note(options, "rect");
    return svg("rect", {
      x: Math.min(a, b), y: Math.min(c, d), width: Math.abs(b - a),
      height: Math.abs(d - c), opacity: options.opacity,
      fill: options.fill || "var(--nnfig-c" + (options.series || 0) % 6 + ")"
    }, this.inside);
  };

  Plot.prototype.arrow = function (x0, y0, x1, y1, options) {
    options = options || {};
    var a = this.X(x0), b = this.Y(y0), c = this.X(x1), d = this.Y(y1);
    var turn = Math.atan2(d - b, c - a) * 180 / Math.PI;
    var stroke = this.style(options).stroke;
    this.note(options, "line");
    svg("line", {
      x1: a, y1: b, x2: c, y2: d, stroke: stroke,
      "stroke-width": options.width || 2.4
    }, this.inside);
    svg("path", {
      d: "M3 0L-8-5V5Z", fill: stroke,
      transform: "translate(" + c + " " + d + ") rotate(" + turn + ")"
    }, this.inside);
  };

  nnfig.Plot = Plot;
}());
