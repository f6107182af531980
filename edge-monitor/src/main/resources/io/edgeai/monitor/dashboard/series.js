'use strict';
/** The host's own series: a small curve each, its alerts as bands behind it, a break where nothing is known. */
const OwnSeries = (() => {
  const W = 420, H = 92, SVG = 'http://www.w3.org/2000/svg';
  let list = [], alerts = [];

  function svg(tag, attributes, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function short(value) { return value == null ? '–' : String(+value.toPrecision(4)); }

  function element(tag, className, ...children) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  function curve(series) {
    const known = series.points.filter((point) => point[1] != null);
    if (known.length < 2) return element('p', 'none', known.length ? 'One window so far, the curve begins with the next.' : 'No value yet.');
    const from = series.points[0][0], to = series.points[series.points.length - 1][0];
    const low = Math.min(...known.map((point) => point[1])), high = Math.max(...known.map((point) => point[1]));
    const x = (at) => (at - from) / Math.max(1e-9, to - from) * W;
    const y = (value) => high === low ? H / 2 : 4 + (high - value) / (high - low) * (H - 8);
    let path = '', pen = false;
    for (const [at, value] of series.points) {
      if (value != null) path += (pen ? 'L' : 'M') + x(at).toFixed(1) + ' ' + y(value).toFixed(1);
      pen = value != null;
    }
    const bands = alerts.filter((alert) => alert.signal === 'SERIES' && alert.version === series.name + '@1').map((alert) => {
      const left = Math.max(0, x(alert.since / 1000)), right = Math.min(W, x(alert.until ? alert.until / 1000 : to));
      return right < 0 || left > W ? '' : svg('rect', { class: 'band', x: left.toFixed(1), y: 0, width: Math.max(2, right - left).toFixed(1), height: H });
    });
    const picture = svg('svg', { viewBox: `0 0 ${W} ${H}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': series.name + ' over time' },
      ...bands, svg('path', { d: path, class: 'line' }));
    return element('div', '', picture, element('p', 'soft span', short(low) + ' to ' + short(high) + (series.unit ? ' ' + series.unit : '')));
  }

  function draw() {
    document.getElementById('series').replaceChildren(...list.map((series) => element('div', series.score >= 0.5 ? 'chart own unusual' : 'chart own',
      element('h2', '', series.name, element('small', '', short(series.value) + (series.unit ? ' ' + series.unit : ''))), curve(series))));
  }

  return {
    any() { return list.length > 0; },
    show(series) { list = series; draw(); },
    alerts(all) { alerts = all; draw(); },
  };
})();
