'use strict';

// What is around the chart: the figures, the legend, the tools and the tables; and the start.
const swatch = task => make('span', `swatch ${statuses[tasks.status[task]]}`);

function writeSummary() {
  const what = [plural(totals.items, 'item'), tasks.count > totals.items ? plural(tasks.count, 'attempt') : '', plural(workers.length, 'worker'),
    totals.computers > 1 ? `${totals.computers} computers` : workers[0]?.computer].filter(Boolean).join(' \u00b7 ');
  const from = formatMoment(0), to = formatMoment(totals.elapsed);
  const sameDay = clock !== 'elapsed' && formatDate(0) === formatDate(totals.elapsed);
  const when = clock === 'elapsed' ? `${formatDuration(totals.elapsed)} from ${new Date(source.first).toISOString()}`
    : `${from} \u2013 ${sameDay ? formatClock(totals.elapsed, 3) : to} (${zoneName(0)})`;
  element('summary').textContent = workers.length ? `${what} \u00b7 ${when}` : what;
  const written = Date.parse(element('footer').dataset.written) - source.first;
  element('footer').textContent = [
    `Written ${clock === 'elapsed' ? element('footer').dataset.written : `${formatDate(written)} ${formatClock(written)}`}`,
    `times: ${zoneName(0)}`, 'utilisation: the share of the time from the first start to the last end in which a worker ran a task'].join(' \u00b7 ');
}

function writeFigures() {
  const bad = totals.notDone.length;
  const figures = [
    ['Elapsed', formatDuration(totals.elapsed), 'first start to last end'],
    ['Rate', totals.elapsed >= 1 ? `${digits3(totals.ran.length / totals.elapsed * SECOND)}/s` : '\u2013', 'attempts a second'],
    ['Utilisation', formatShare(totals.utilisation), `of ${plural(totals.atOnce, 'worker')}`],
    ['Not done', formatCount(bad), bad ? countByStatus(totals.notDone) : 'all Done', bad > 0],
    ['Median', formatDuration(totals.median), 'half ran shorter'],
    ['95th percentile', formatDuration(totals.quantile95), '1 in 20 ran longer'],
    ['Slowest', formatDuration(totals.longest), totals.median > 0 ? `${digits3(totals.longest / totals.median)} \u00d7 the median` : ''],
    ['Tail', formatDuration(totals.tail), 'at the end, under half busy'],
  ];
  element('figures').replaceChildren(...figures.map(([name, value, more, isBad]) =>
    make('div', '', make('dt', '', name), make('dd', isBad ? 'bad' : '', value), make('dd', '', make('small', '', more)))));
}

const LEGEND = [DONE, FAILED, LOST, CANCELED];

// As in: 2 Failed, 1 Lost.
function countByStatus(list) {
  const counts = LEGEND.map(kind => [list.filter(task => tasks.status[task] === kind).length, statuses[kind]]);
  return counts.filter(([count]) => count).map(([count, status]) => `${formatCount(count)} ${status}`).join(', ');
}

// A button for each status shows how many there are, and dims them in the lanes.
function writeLegend() {
  const buttons = LEGEND.map(kind => {
    const status = statuses[kind];
    const button = make('button', '', make('span', `swatch ${status}`), `${status} ${formatCount(totals.counts[kind])}`);
    button.type = 'button';
    button.title = `Show or dim what is ${status}`;
    button.setAttribute('aria-pressed', 'true');
    button.addEventListener('click', () => {
      view.statusShown[kind] = !view.statusShown[kind];
      button.setAttribute('aria-pressed', String(view.statusShown[kind]));
      redraw();
    });
    return button;
  });
  const framed = stragglers.size ? [make('span', 'framed', make('span', 'swatch frame'), 'at least 3 \u00d7 the median')] : [];
  element('legend').replaceChildren(...buttons, ...framed);
}

function table(id, columns, rows) {
  const cell = (name, column, content) => make(name, column[1], ...[content].flat());
  element(id).replaceChildren(
    make('thead', '', make('tr', '', ...columns.map(column => cell('th', column, column[0])))),
    make('tbody', '', ...rows.map(row => make('tr', '', ...columns.map((column, place) => cell('td', column, row[place]))))));
}

// Tasks as rows; a click on the input shows it in the lanes. Columns that would be empty are left out.
function writeTasks(id, list) {
  const rows = list.map(task => {
    const input = make(tasks.worker[task] < 0 ? 'span' : 'button', '', brief(tasks.input[task], 120) || '(empty)');
    const worker = workers.find(one => one.number === tasks.worker[task]);
    if (worker) {
      input.type = 'button';
      input.title = 'Show it in the lanes';
      input.addEventListener('click', () => {
        showTask(task);
        element('lanes-heading').scrollIntoView({ block: 'start' });
      });
    }
    return [
      worker ? formatDuration(tasks.duration[task]) : 'never ran',
      worker && totals.median > 0 ? digits3(tasks.duration[task] / totals.median) : '',
      [swatch(task), statuses[tasks.status[task]]],
      input,
      worker ? workerName(worker) : '',
      worker ? formatWhen(tasks.start[task]) : '',
      brief(tasks.errorOf(task), 300),
    ];
  });
  const columns = [['Ran for', 'number'], ['\u00d7 median', 'number'], ['Status', ''], ['Input', 'text'], ['Worker', ''], ['Started', ''],
    ['Error', 'text']];
  const used = columns.map((_, column) => rows.some(row => row[column] !== ''));
  table(id, columns.filter((_, column) => used[column]), rows.map(row => row.filter((_, column) => used[column])));
}

const workerName = worker => (totals.computers > 1 ? `${worker.computer} ${worker.processId}` : String(worker.processId));

function writeSlowest() {
  element('slowest-section').hidden = workers.length === 0;
  writeTasks('slowest', totals.slowest);
}

const MOST_FAILED = 50;

function writeFailed() {
  const count = totals.notDone.length;
  element('failed-section').hidden = count === 0;
  element('failed-heading').textContent = count > MOST_FAILED ? `Not done: the first ${MOST_FAILED} of ${formatCount(count)}` : 'Not done';
  writeTasks('failed', totals.notDone.slice(0, MOST_FAILED));
}

const MOST_WORKERS = 200;

function writeWorkers() {
  const rows = workers.slice(0, MOST_WORKERS).map(worker => {
    const meter = make('span', ''), share = formatShare(shareOf(worker.busy));
    meter.style.width = share;
    const bad = worker.tasks.filter(task => tasks.status[task] !== DONE).length;
    return [
      `${worker.computer} ${worker.processId}`.trim(),
      formatCount(worker.tasks.length),
      formatCount(bad),
      formatDuration(worker.busy),
      formatDuration(Math.max(0, totals.elapsed - worker.busy)),
      [make('span', 'share', share), make('span', 'meter', meter)],
      formatWhen(worker.first),
      formatWhen(worker.last),
    ];
  });
  if (workers.length > MOST_WORKERS) rows.push([`and ${plural(workers.length - MOST_WORKERS, 'more worker')}`, ...Array(7).fill('')]);
  element('workers-section').hidden = workers.length === 0;
  table('workers', [['Worker', ''], ['Attempts', 'number'], ['Not done', 'number'], ['Busy', 'number'], ['Idle', 'number'],
    ['Utilisation', 'text'], ['First start', ''], ['Last end', '']], rows);
}

function writeTexts() {
  writeSummary();
  writeSlowest();
  writeFailed();
  writeWorkers();
}

// The tools above the chart.
element('zoom-in').addEventListener('click', () => zoom(1.5));
element('zoom-out').addEventListener('click', () => zoom(1 / 1.5));
element('zoom-all').addEventListener('click', () => show(0, whole));

element('clock').append(...[['local', `Local (${offsetName(0)})`], ['utc', 'UTC'], ['elapsed', 'Since the first start']]
  .filter(([value]) => value !== 'utc' || ZONE !== 'UTC').map(([value, text]) => new Option(text, value)));
element('clock').addEventListener('change', event => {
  clock = event.target.value;
  writeTexts();
  redraw();
});

element('join').addEventListener('change', event => {
  view.joined = event.target.checked;
  makeLanes();
  resize();
});

element('find').addEventListener('input', event => {
  const count = find(event.target.value);
  element('found').textContent = event.target.value ? `${formatCount(count)} found` : '';
  redraw();
});

element('find').addEventListener('keydown', event => {
  if (event.key !== 'Enter' || !view.found) return;
  const found = totals.ran.filter(task => view.found[task]).sort((a, b) => tasks.start[a] - tasks.start[b]);
  if (found.length) showTask(found[(found.indexOf(view.selected) + 1) % found.length]);
});

// The start. Pools that replace their workers have many processes, so that their lanes are joined from the beginning.
readColours();
element('join-label').hidden = workers.length <= totals.atOnce;
element('join').checked = view.joined = workers.length > 2 * totals.atOnce;
element('nothing').hidden = workers.length > 0;
document.querySelector('.toolbar').hidden = document.querySelector('.chart').hidden = element('keys').hidden = workers.length === 0;
element('figures').hidden = tasks.count === 0;
makeLanes();
writeFigures();
writeLegend();
writeTexts();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { readColours(); resize(); });
new ResizeObserver(resize).observe(scroller);
addEventListener('resize', resize);
resize();
