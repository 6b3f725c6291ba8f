'use strict';

// The canvases. A frame costs what is on the screen, not what is in the run: tasks that are narrower than three pixels are added
// up by pixel, so that a lane has no more rectangles than pixels, however many tasks there are.
const element = id => document.getElementById(id);
const scroller = element('scroller'), canvas = element('lanes'), overview = element('overview-canvas');
const AXIS = 30, LANE = 28, BAR = 18, NARROWEST = 3, DIM = statuses.length;
const FONT = '12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif';
const STACK = [FAILED, LOST, CANCELED, DONE, DIM];

// What the last frame was; the colours of the theme; the sizes.
const frame = { number: 0, rectangles: 0, visited: 0 };
let colours = {}, size = { width: 0, height: 0, label: 0 }, isDue = false;

function redraw() {
  if (!isDue) {
    isDue = true;
    requestAnimationFrame(() => { isDue = false; drawLanes(); placeWindow(); });
  }
}

function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of [...statuses, 'dim', 'on-bar', 'on-dim', 'text', 'muted', 'line', 'grid', 'track', 'accent', 'panel']) {
    colours[name] = style.getPropertyValue('--' + name).trim();
  }
  colours.bars = [...statuses.map(status => colours[status]), colours.dim];
}

// Gives the canvases the size that they have on the screen, in the device's own pixels.
function resize() {
  const width = scroller.clientWidth, label = width < 560 ? 118 : 220;
  element('filler').style.height = '0';
  const content = AXIS + lanes.length * LANE + 6;
  const height = Math.min(content, Math.max(160, Math.round(innerHeight * 0.65)));
  size = { width, height, label, plot: Math.max(50, width - label - 12) };
  fit(canvas, width, height);
  element('filler').style.height = `${content - height}px`;
  fit(overview, width, 64);
  drawOverview();
  redraw();
}

function fit(target, width, height) {
  const ratio = devicePixelRatio || 1;
  target.width = Math.round(width * ratio);
  target.height = Math.round(height * ratio);
  target.style.width = `${width}px`;
  target.style.height = `${height}px`;
  target.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
}

const xOf = time => size.label + (time - view.from) / (view.to - view.from) * size.plot;
const timeAt = x => view.from + (x - size.label) / size.plot * (view.to - view.from);
const yOf = lane => AXIS + lane * LANE - scroller.scrollTop;

function rectangle(context, colour, x, y, width, height) {
  context.fillStyle = colour;
  context.fillRect(x, y, width, height);
  frame.rectangles++;
}

function drawLanes() {
  const context = canvas.getContext('2d');
  frame.number++;
  frame.rectangles = frame.visited = 0;
  context.font = FONT;
  context.textBaseline = 'middle';
  context.clearRect(0, 0, size.width, size.height);
  const ticks = ticksOf(view.from, view.to, size.plot, text => context.measureText(text).width);
  const first = Math.max(0, Math.floor(scroller.scrollTop / LANE));
  const last = Math.min(lanes.length, Math.ceil((scroller.scrollTop + size.height - AXIS) / LANE));
  for (let lane = first; lane < last; lane++) {
    rectangle(context, colours.track, size.label, yOf(lane) + (LANE - BAR) / 2, size.plot, BAR);
  }
  for (const tick of ticks) rectangle(context, colours.grid, Math.round(xOf(tick.time)), AXIS, 1, size.height - AXIS);

  context.save();
  context.beginPath();
  context.rect(size.label, AXIS, size.plot, size.height - AXIS);
  context.clip();
  for (let lane = first; lane < last; lane++) drawTasks(context, lanes[lane], yOf(lane) + (LANE - BAR) / 2);
  context.restore();

  for (let lane = first; lane < last; lane++) drawLabel(context, lanes[lane], yOf(lane));
  drawAxis(context, ticks);
}

// One lane: the wide tasks one by one, the narrow ones as what share of each pixel they fill.
function drawTasks(context, lane, y) {
  const wide = [], scale = size.plot / (view.to - view.from);
  const narrow = STACK.map(() => null);
  let place = firstAfter(lane, view.from), previous = -1;
  for (; place < lane.tasks.length; place++) {
    const task = lane.tasks[place];
    if (tasks.start[task] >= view.to) break;
    frame.visited++;
    const left = (tasks.start[task] - view.from) * scale, right = left + tasks.duration[task] * scale;
    const kind = isShown(task) ? tasks.status[task] : DIM;
    if (right - left >= NARROWEST || task === view.selected) {
      // Tasks at the same pixels, which only clocks that were set can make, are drawn once.
      const x = Math.round(Math.max(left, -2)), width = Math.max(2, Math.round(Math.min(right, size.plot + 2)) - x);
      const key = (x * 8192 + width) * 8 + kind;
      if (key !== previous || task === view.selected) wide.push({ task, kind, x: size.label + x, width });
      previous = key;
    } else {
      fill(narrow[kind] ??= new Float32Array(size.plot + 2), left, Math.max(right, left + 0.01));
      if (isBad(kind)) narrow[kind][Math.max(0, Math.floor(left)) + 1] += 1e-6;
    }
  }
  drawNarrow(context, narrow, y);
  for (const bar of wide) drawBar(context, bar, y);
}

function fill(pixels, left, right) {
  const first = Math.max(0, Math.floor(left)), last = Math.min(size.plot, Math.floor(right));
  for (let pixel = first; pixel <= last; pixel++) {
    pixels[pixel] += Math.max(0, Math.min(right, pixel + 1) - Math.max(left, pixel));
  }
}

const isBad = kind => kind !== DONE && kind !== DIM;

// A column is as high as its pixel's time was filled; what is not Done has a least size, so that it can't vanish among thousands.
// Columns of the same height become one rectangle.
function drawNarrow(context, narrow, y) {
  if (narrow.every(pixels => pixels === null)) return;
  let runs = [];
  for (let pixel = 0; pixel <= size.plot; pixel++) {
    let bottom = 0;
    const columns = [];
    for (const kind of STACK) {
      const share = narrow[kind]?.[pixel] ?? 0;
      if (share === 0) continue;
      const height = Math.min(BAR - bottom, Math.max(isBad(kind) ? 7 : bottom ? 0 : 4, Math.round(share * BAR)));
      if (height > 0) columns.push({ kind, bottom, height, from: pixel });
      bottom += height;
    }
    runs = runs.filter(run => {
      const same = columns.findIndex(column => column.kind === run.kind && column.bottom === run.bottom && column.height === run.height);
      if (same >= 0) columns.splice(same, 1); else end(run, pixel);
      return same >= 0;
    });
    runs.push(...columns);
  }
  for (const run of runs) end(run, size.plot);

  function end(run, to) {
    rectangle(context, colours.bars[run.kind], size.label + run.from, y + BAR - run.bottom - run.height, to - run.from, run.height);
  }
}

function drawBar(context, { task, kind, x, width }, y) {
  rectangle(context, colours.bars[kind], x, y, width >= 4 ? width - 1 : width, BAR);
  if (stragglers.has(task) && width > 8) outline(context, colours.text, x, y, width - 1, BAR, 1.5);
  if (task === view.selected) outline(context, colours.accent, x - 2, y - 2, width + 3, BAR + 4, 2);
  const left = Math.max(x, size.label) + 6, room = Math.min(x + width, size.label + size.plot) - 6 - left;
  if (room > 24) {
    context.fillStyle = kind === DIM ? colours['on-dim'] : colours['on-bar'];
    context.textAlign = 'left';
    context.fillText(barText(context, tasks.input[task].slice(-200), room), left, y + BAR / 2 + 0.5);
  }
}

function outline(context, colour, x, y, width, height, thickness) {
  context.strokeStyle = colour;
  context.lineWidth = thickness;
  context.strokeRect(x + thickness / 2, y + thickness / 2, width - thickness, height - thickness);
}

// Of a path that doesn't fit, the name says more than the root that all have in common.
function barText(context, text, room) {
  const name = text.slice(Math.max(text.lastIndexOf('/', text.length - 2), text.lastIndexOf('\\', text.length - 2)) + 1);
  return shortened(context, context.measureText(text).width <= room ? text : name, room);
}

// As much of a text as there is room for.
function shortened(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  let low = 0, high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(text.slice(0, middle) + '\u2026').width <= room) low = middle; else high = middle - 1;
  }
  return low ? text.slice(0, low) + '\u2026' : '';
}

// A worker's name, and how much of the time it was busy.
function drawLabel(context, lane, y) {
  const share = shareOf(lane.busy), right = size.label - 12;
  context.textAlign = 'right';
  context.fillStyle = colours.muted;
  context.fillText(formatShare(share), right, y + LANE / 2 - 2);
  context.textAlign = 'left';
  context.fillStyle = colours.text;
  const room = right - 12 - 40, name = lane.names.find(one => context.measureText(one).width <= room) ?? lane.names.at(-1);
  context.fillText(shortened(context, name, room), 12, y + LANE / 2 - 2);
  rectangle(context, colours.grid, 12, y + LANE - 7, right - 12, 3);
  rectangle(context, colours.Done, 12, y + LANE - 7, Math.round((right - 12) * share), 3);
}

function drawAxis(context, ticks) {
  context.fillStyle = colours.panel;
  context.fillRect(0, 0, size.width, AXIS);
  rectangle(context, colours.line, 0, AXIS - 1, size.width, 1);
  context.fillStyle = colours.muted;
  context.textAlign = 'left';
  context.fillText(shortened(context, clock === 'elapsed' ? 'elapsed' : formatDate(view.from), size.label - 60), 12, AXIS / 2);
  context.textAlign = 'right';
  context.fillText('busy', size.label - 12, AXIS / 2);
  for (const { time, label } of ticks) {
    const x = Math.round(xOf(time)), half = context.measureText(label).width / 2;
    if (x + half > size.width - 2 || x - half < size.label - 6) continue;
    context.fillStyle = colours.muted;
    context.textAlign = 'center';
    context.fillText(label, x, AXIS / 2 - 1);
    context.fillStyle = colours.line;
    context.fillRect(x, AXIS - 6, 1, 5);
  }
}
