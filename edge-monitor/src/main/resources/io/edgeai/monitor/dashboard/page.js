'use strict';
(() => {
  const SPANS = { hour: 3600, day: 86400, month: 30 * 86400 };
  const NAMES = { LATENCY: 'Latency', THROUGHPUT: 'Throughput', ERRORS: 'Errors', RESOURCE: 'Resources', ACCURACY: 'Accuracy',
    DATA_DRIFT: 'Data drift', PREDICTION_DRIFT: 'Prediction drift', CONCEPT_DRIFT: 'Concept drift', SERIES: 'Series', OBJECTIVE: 'Objective' };
  const $ = (id) => document.getElementById(id);
  let state = null, chosen = location.hash ? decodeURIComponent(location.hash.slice(1)) : '', range = 'hour', stream = null, beat = 0;

  function h(tag, className, ...children) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children.filter((child) => child != null));
    return element;
  }

  function tone(score) { return score == null ? '' : score >= 85 ? 'good' : score >= 60 ? 'fair' : 'bad'; }

  function ring(score) {
    const element = h('div', 'ring ' + tone(score), score == null ? '–' : String(Math.round(score)));
    element.style.setProperty('--score', score == null ? 0 : score);
    element.title = score == null ? 'Health is unknown' : 'Health ' + score + ' of 100';
    return element;
  }

  function bar(share, toneName) {
    const fill = h('i', '');
    fill.style.width = 100 * Math.max(0, Math.min(1, share)) + '%';
    return h('span', 'bar ' + (toneName || ''), fill);
  }

  function num(value, digits = 2) {
    if (value == null) return '–';
    const size = Math.abs(value);
    return size !== 0 && (size < 0.001 || size >= 1e6) ? value.toExponential(1) : String(+value.toFixed(size < 1 ? 3 : digits));
  }

  function when(millis) {
    const at = new Date(millis), today = new Date().toDateString() === at.toDateString();
    const time = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
    return today ? time : at.toLocaleDateString([], { month: 'short', day: 'numeric' }) + ' ' + time;
  }

  function lasted(millis) {
    const s = Math.max(0, Math.round(millis / 1000));
    return s < 120 ? s + ' s' : s < 7200 ? Math.round(s / 60) + ' min' : s < 172800 ? Math.round(s / 3600) + ' h' : Math.round(s / 86400) + ' d';
  }

  function table(heads, rows) {
    const cell = (tag, content, spec) => h(tag, spec || '', content);
    return h('table', '',
      h('thead', '', h('tr', '', ...heads.map(([text, spec]) => cell('th', text, spec)))),
      h('tbody', '', ...rows.map((row) => h('tr', '', ...row.map((content, i) => cell('td', content, heads[i][1]))))));
  }

  function section(id, title, note, body, empty) {
    $(id).replaceChildren(h('h2', '', title, note ? h('small', '', note) : null), body || h('p', 'none', empty));
  }

  function models() {
    const worst = (v) => v.score == null ? 101 : v.score;
    $('models').replaceChildren(...state.versions.map((version) => {
      const card = h('button', 'model', ring(version.score),
        h('div', '', h('strong', '', version.name), h('span', '', version.cause || (version.score == null ? 'No data yet.' : 'All as usual.'))));
      card.setAttribute('aria-pressed', String(version.name === chosen));
      card.onclick = () => choose(version.name);
      return card;
    }));
    if (!state.versions.some((version) => version.name === chosen)) {
      const first = [...state.versions].sort((a, b) => worst(a) - worst(b))[0];
      if (first) choose(first.name);
    }
  }

  function health(version) {
    const sum = h('div', 'sum');
    const piece = (width, toneName, title) => {
      const part = h('i', toneName);
      part.style.width = width + '%';
      part.title = title;
      sum.append(part);
    };
    if (version.score != null) {
      piece(version.score, tone(version.score), 'left: ' + num(version.score, 1));
      version.parts.filter((part) => part.lost > 0).sort((a, b) => b.lost - a.lost)
        .forEach((part) => piece(part.lost, 'bad', NAMES[part.signal] + ' cost ' + part.lost.toFixed(1)));
    }
    const rows = [...version.parts].sort((a, b) => b.lost - a.lost || b.weight - a.weight).map((part) => [
      NAMES[part.signal],
      part.value == null ? h('span', 'soft', 'unknown') : bar(part.value, tone(100 * part.value)),
      part.lost > 0 ? h('span', 'lost', '−' + part.lost.toFixed(1)) : h('span', 'soft', part.value == null ? '–' : '0'),
      h('span', part.lost > 0 ? '' : 'soft', part.reason)]);
    const head = h('div', 'head', ring(version.score), h('div', '', h('h2', '', version.name),
      h('p', '', version.score == null ? 'Health is unknown: there is nothing to judge by.'
        : version.cause ? version.cause : 'Everything is as usual.')));
    $('health').replaceChildren(head, sum, table([['Part', 'name'], ['Stands at', 'wide-only'], ['Points', 'num'], ['Why', '']], rows));
  }

  function alerts() {
    const now = beat || Date.now();
    const rows = state.alerts.slice(0, 30).map((alert) => [
      h('span', 'tag ' + alert.state.toLowerCase(), alert.state.toLowerCase()), alert.signal === 'SERIES' ? alert.version.replace(/@1$/, '') : alert.version, NAMES[alert.signal], alert.message,
      when(alert.since), lasted((alert.until || now) - alert.since)]);
    const open = state.alerts.filter((alert) => alert.state === 'FIRING').length;
    section('alerts', 'Alerts', open ? open + ' firing' : '', rows.length ? table([['State', ''], ['Version', 'name'], ['Signal', 'wide-only'],
      ['What was seen', 'seen'], ['Since', 'num wide-only'], ['Lasted', 'num']], rows) : null, 'No alerts. All quiet.');
  }

  function drift(version) {
    if (!version.drift) {
      section('drift', 'Drift', '', null, 'Not tested yet. The reference is what was given, or the first 1,000 sampled calls; then 256 newer ones are tested every ten minutes.');
      return;
    }
    const all = [].concat(version.drift.inputs.map((column) => ['input', column]), version.drift.outputs.map((column) => ['answer', column]))
      .sort((a, b) => (a[1].p ?? 1) - (b[1].p ?? 1));
    const strength = (p) => p == null ? 0 : Math.min(1, -Math.log10(Math.max(1e-12, p)) / 12);
    const rows = all.slice(0, 20).map(([side, column]) => [
      column.name, side, bar(strength(column.p), column.drifted ? 'bad' : 'good'), num(column.p),
      num(column.psi), column.shift == null ? '–' : num(column.shift), column.spread == null ? '–' : '× ' + num(column.spread)]);
    const changed = all.filter((row) => row[1].drifted).length;
    section('drift', 'Drift', (changed ? changed + ' of ' + all.length + ' features changed' : 'all ' + all.length + ' features as in the reference')
      + ', tested ' + when(version.drift.at)
      + (version.drift.origin ? ' against ' + version.drift.inputRows.toLocaleString() + ' rows: ' + version.drift.origin : '') + (all.length > 20 ? '; the 20 most changed' : ''),
    table([['Feature', 'name'], ['Side', 'wide-only'], ['Evidence', 'wide-only'], ['adjusted p', 'num'], ['PSI', 'num'], ['Median, in IQR', 'num'], ['Spread', 'num']], rows));
  }

  function advice(version) {
    const list = version.advice || [];
    $('advice').hidden = list.length === 0;
    if (list.length) {
      section('advice', 'Recommendations', '', table([['Do', 'name'], ['Expected gain', ''], ['Because', '']],
        list.map((each) => [each.action, each.gain, h('span', 'soft', each.evidence)])));
    }
  }

  function devices(version) {
    const list = version.devices || [];
    $('devices').hidden = list.length === 0;
    if (list.length) {
      section('devices', 'Devices', 'in the last window', table([['Device', 'name'], ['Calls a second', 'num'], ['p99', 'num'], ['Requests of a run', 'num']],
        list.map((each) => [each.name, num(each.calls, 1), each.p99 == null ? '–' : num(each.p99) + ' ms', num(each.batch)])));
    }
  }

  function objectives() {
    const list = state.objectives || [];
    $('objectives').hidden = list.length === 0;
    if (!list.length) return;
    const times = (burn) => h('span', burn.tooFast ? 'lost' : 'soft', burn.rate == null ? '–' : num(burn.rate) + ' of ' + num(burn.allowed));
    section('objectives', 'Objectives', 'bad calls, over what would last for the period', table([['Objective', 'name'], ['Allowance', ''], ['Left', 'num']]
      .concat(list[0].burns.map((burn) => [burn.hours + ' h', 'num'])), list.map((each) => [each.text,
      bar(each.left == null ? 0 : each.left, each.left > 0.5 ? 'good' : each.left > 0.1 ? 'fair' : 'bad'),
      each.left == null ? '–' : num(100 * each.left, 1) + ' % of ' + each.days + ' d', ...each.burns.map(times)])));
  }

  function experiments() {
    const rows = state.experiments.flatMap((card) => card.rows.map((row) => [
      card.model + ': ' + row.treatment, row.metric, h('span', 'tag', card.trustworthy ? row.outcome : 'not trustworthy'),
      num(row.difference) + (row.low == null ? '' : ' [' + num(row.low) + ', ' + num(row.high) + ']')]));
    const total = state.experiments.reduce((sum, card) => sum + card.requests, 0);
    section('experiments', 'Experiments', rows.length ? total.toLocaleString() + ' units' : '', rows.length
      ? table([['Treatment', 'name'], ['Metric', ''], ['Outcome', ''], ['Difference', 'num']], rows) : null, 'No experiment is running.');
  }

  function sites() {
    const load = (share) => h('span', '', bar(share, share > 0.9 ? 'bad' : share > 0.7 ? 'fair' : 'good'));
    const rows = state.sites.map((card) => [card.site, card.node, String(card.replicas), load(card.cpu), load(card.memory)]);
    section('sites', 'Sites', '', rows.length ? table([['Site', 'name'], ['Node', 'name'], ['Replicas', 'num'], ['CPU', ''], ['Memory', '']], rows) : null,
      'No placement is shown here.');
  }

  function welcome() {
    const box = h('div', 'welcome', h('span', 'mark'), h('h2', '', 'Nothing is watched yet'),
      h('p', '', 'As soon as a model answers its first call, it appears here by itself.'),
      h('p', '', h('code', '', 'edge.serve("defects").predict(image)')));
    box.id = 'welcome';
    return box;
  }

  function render() {
    const none = state.versions.length === 0 && !OwnSeries.any();
    document.querySelector('main').classList.toggle('empty', none);
    const old = $('welcome');
    if (none && !old) document.querySelector('main').prepend(welcome());
    if (!none && old) old.remove();
    $('detail').hidden = $('models').hidden = none;
    $('detail').style.display = none ? 'none' : '';
    if (none) return;
    OwnSeries.alerts(state.alerts);
    objectives();
    for (const id of ['health', 'charts', 'drift', 'experiments', 'sites']) $(id).hidden = state.versions.length === 0;
    if (state.versions.length === 0) {
      alerts();
      return;
    }
    models();
    const version = state.versions.find((each) => each.name === chosen);
    if (!version) return;
    document.title = (version.score == null ? '–' : Math.round(version.score)) + ' · ' + version.name + ' · EdgeAI monitor';
    health(version);
    advice(version);
    devices(version);
    drift(version);
    alerts();
    experiments();
    sites();
    Charts.alerts(state.alerts.filter((alert) => alert.version === chosen));
  }

  function choose(name) {
    if (name === chosen && stream && stream.version === name) return;
    chosen = name;
    history.replaceState(null, '', '#' + encodeURIComponent(name));
    connect();
    if (state) render();
  }

  function live(className, text) {
    $('live').className = 'live ' + className;
    $('live').textContent = text;
  }

  function connect() {
    if (stream) stream.source.close();
    Charts.clear(SPANS[range]);
    const query = new URLSearchParams({ range });
    if (chosen) query.set('version', chosen);
    const source = new EventSource('/events?' + query);
    stream = { source, version: chosen };
    source.addEventListener('state', (event) => { state = JSON.parse(event.data); render(); });
    source.addEventListener('rows', (event) => { const part = JSON.parse(event.data); Charts.add(part.rows, part.whole); });
    source.addEventListener('series', (event) => { OwnSeries.show(JSON.parse(event.data)); if (state) render(); });
    let beats = 0;
    source.addEventListener('beat', (event) => {
      if (chosen && ++beats > 1) Charts.none(); // rows would have come between two beats
      beat = +event.data;
      live('', 'live ' + new Date(beat).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' }));
    });
    source.onerror = () => {
      live('lost', 'no connection');
      if (source.readyState === EventSource.CLOSED) setTimeout(() => { if (stream.source === source) connect(); }, 3000);
    };
  }

  const dark = matchMedia('(prefers-color-scheme: dark)');
  function theme() {
    document.documentElement.dataset.theme = localStorage.getItem('edgeai-theme') || (dark.matches ? 'dark' : 'light');
  }
  theme();
  dark.addEventListener('change', () => { theme(); Charts.restyle(); });
  $('theme').onclick = () => {
    localStorage.setItem('edgeai-theme', document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
    theme();
    Charts.restyle();
  };
  for (const button of document.querySelectorAll('[data-range]')) {
    button.onclick = () => {
      range = button.dataset.range;
      document.querySelectorAll('[data-range]').forEach((each) => each.setAttribute('aria-pressed', String(each === button)));
      connect();
    };
  }
  Charts.begin($('charts'));
  connect();
})();
