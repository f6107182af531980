'use strict';
/** Curves of one version over time, with its alerts as bands behind them. */
const Charts = (() => {
  const PLANS = [
    { title: 'Latency', unit: 'ms', signal: 'LATENCY', wide: true,
      lines: [['p50', 3, '#3f8ef0'], ['p90', 4, '#9a7bf0'], ['p99', 5, '#ef7d57']] },
    { title: 'Calls', unit: 'per second', signal: 'THROUGHPUT', lines: [['calls', 1, '#22a57a', true]] },
    { title: 'Failed calls', unit: '%', signal: 'ERRORS', lines: [['failed', 2, '#e0525e', true]] },
    { title: 'CPU of the process', unit: '%', signal: 'RESOURCE', lines: [['CPU', 6, '#2f9fb8', true]] },
    { title: 'Memory of the process', unit: 'MiB', signal: 'RESOURCE',
      lines: [['resident', 7, '#7a6ff0'], ['heap', 8, '#c58af9']] },
    { title: 'Requests waiting', unit: 'at a time', tail: '', signal: 'THROUGHPUT', lines: [['waiting', 9, '#d69a2d', true]] },
    { title: 'Wait and run', unit: 'ms', signal: 'LATENCY', lines: [['wait', 10, '#d69a2d'], ['run', 11, '#3f8ef0']] },
    { title: 'Requests of a run', unit: 'on average', tail: '', lines: [['batch', 12, '#22a57a', true]] },
    { title: 'Energy', unit: 'J for 1000 answers', tail: ' J', rare: true, lines: [['energy', 13, '#8a9a3a', true]] },
  ];
  const COLUMNS = 14;
  let host, plots = [], columns = empty(), alerts = [], span = 3600, answered = false;

  function empty() { return Array.from({ length: COLUMNS }, () => []); }

  function css(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

  function short(value) {
    if (value == null) return '–';
    const size = Math.abs(value);
    return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : size >= 1 || size === 0 ? value.toFixed(2)
      : value.toPrecision(2);
  }

  function bands(plan) {
    return (u) => {
      const { left, top, width, height } = u.bbox, ctx = u.ctx, max = u.scales.x.max;
      ctx.save();
      for (const alert of alerts) {
        if (alert.signal !== plan.signal) continue;
        const from = Math.max(left, u.valToPos(alert.since / 1000, 'x', true));
        const to = Math.min(left + width, u.valToPos(alert.until ? alert.until / 1000 : max, 'x', true));
        if (to < left || from > left + width) continue;
        const color = alert.state === 'PENDING' ? css('--fair') : css('--bad');
        const wide = Math.max(2, to - from);
        ctx.globalAlpha = alert.state === 'RESOLVED' ? 0.09 : 0.16;
        ctx.fillStyle = color;
        ctx.fillRect(from, top, wide, height);
        ctx.globalAlpha = 0.9;
        ctx.fillRect(from, top, wide, 3 * devicePixelRatio);
      }
      ctx.restore();
    };
  }

  /** Without a pointer on the curves the legend tells their newest values. */
  function newest(u) { if (u.cursor.idx == null) u.setLegend({ idx: u.data[0].length - 1 }); }

  function options(plan, width) {
    const axis = { stroke: css('--soft'), grid: { stroke: css('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui' };
    return {
      width, height: plan.wide ? 240 : 170, padding: [10, 22, 0, 0],
      cursor: { sync: { key: 'edgeai' }, drag: { x: false, y: false }, points: { size: 6 } },
      legend: { live: true },
      scales: {
        x: { time: true, range: (u, min, max) => {
          const end = columns[0].length ? columns[0][columns[0].length - 1] : Date.now() / 1000;
          return [Math.min(end - 60, Math.max(end - span, columns[0].length ? columns[0][0] - 1 : end - span)), end];
        } },
        y: { range: (u, min, max) => [0, max > 0 ? max * 1.12 : 1] },
      },
      axes: [axis, { ...axis, size: 46, values: (u, ticks) => ticks.map(short) }],
      series: [{}].concat(plan.lines.map(([label, column, stroke, fill]) => ({
        label, stroke, width: 1.6, fill: fill ? stroke + '22' : undefined, points: { show: false }, spanGaps: false,
        value: (u, value) => value == null ? '–' : short(value) + (plan.tail ?? (plan.unit.length < 4 ? ' ' + plan.unit : '/s')),
      }))),
      hooks: { drawAxes: [bands(plan)], setCursor: [newest] },
    };
  }

  function data(plan) { return [columns[0]].concat(plan.lines.map((line) => columns[line[1]])); }

  function build() {
    plots.forEach((plot) => plot.chart && plot.chart.destroy());
    plots = PLANS.map((plan) => {
      const card = document.createElement('div');
      card.className = plan.wide ? 'chart wide' : 'chart';
      const title = document.createElement('h2');
      title.textContent = plan.title;
      const unit = document.createElement('small');
      unit.textContent = plan.unit;
      title.append(unit);
      const place = document.createElement('div');
      card.append(title, place);
      return { plan, card, place, chart: null };
    });
    host.replaceChildren(...plots.map((plot) => plot.card));
    draw();
  }

  function draw() {
    for (const plot of plots) {
      plot.card.hidden = !!plot.plan.rare && columns[plot.plan.lines[0][1]].every((value) => value == null);
      if (plot.card.hidden) continue;
      if (columns[0].length < 2) {
        if (plot.chart) { plot.chart.destroy(); plot.chart = null; }
        const note = document.createElement('p');
        note.className = 'none';
        note.textContent = !answered ? 'Loading… If this stays, the monitor is not answering: open the link that start() gave again.'
          : columns[0].length ? 'One window so far, the curve begins with the next.' : 'No data yet: the first window has not closed. Calls show here once monitor.factory() is given to their endpoint (edge.serve does).';
        plot.place.replaceChildren(note);
      } else if (plot.chart) {
        plot.chart.setData(data(plot.plan));
        newest(plot.chart);
      } else {
        plot.place.replaceChildren();
        plot.chart = new uPlot(options(plot.plan, Math.max(200, plot.place.clientWidth)), data(plot.plan), plot.place);
        newest(plot.chart);
      }
    }
  }

  function resize() {
    for (const plot of plots) {
      const width = plot.place.clientWidth;
      if (plot.chart && width > 0 && width !== plot.chart.width) plot.chart.setSize({ width, height: plot.chart.height });
    }
  }

  return {
    begin(element) { host = element; build(); new ResizeObserver(resize).observe(host); },
    clear(seconds) { span = seconds; columns = empty(); answered = false; draw(); },
    none() { if (!answered) { answered = true; draw(); } },
    add(rows, whole) {
      answered = true;
      if (whole) columns = empty();
      const last = columns[0].length ? columns[0][columns[0].length - 1] : -Infinity;
      for (const row of rows) {
        if (row[0] > last || whole) row.forEach((value, i) => columns[i].push(value));
      }
      const oldest = columns[0].length ? columns[0][columns[0].length - 1] - span : 0;
      const drop = columns[0].findIndex((at) => at >= oldest);
      if (drop > 0) columns = columns.map((column) => column.slice(drop));
      draw();
    },
    alerts(list) { alerts = list; plots.forEach((plot) => plot.chart && plot.chart.redraw(false)); },
    restyle() { build(); },
  };
})();
