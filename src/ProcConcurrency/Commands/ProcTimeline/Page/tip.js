'use strict';

// What is under the pointer: the task there, or how many there are in that pixel, and the one of them that matters most.
const tip = element('tip');

// An element with a class and content. All text of the run comes into the page as text, never as HTML.
function make(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

function laneAt(y) {
  const lane = Math.floor((y - AXIS + scroller.scrollTop) / LANE);
  return y >= AXIS && lane < lanes.length ? lane : -1;
}

// The tasks of a lane at a place of the canvas: the wide one that is there, or all narrow ones within a pixel.
function tasksAt(lane, x) {
  if (x < size.label || x > size.label + size.plot) return [];
  const { tasks: places } = lanes[lane], time = timeAt(x), pixel = timeAt(x + 1) - time;
  const near = [];
  for (let place = firstAfter(lanes[lane], time - 1.5 * pixel); place < places.length; place++) {
    const task = places[place];
    if (tasks.start[task] > time + 1.5 * pixel) break;
    if (tasks.endOf(task) >= time - 1.5 * pixel && isShown(task)) near.push(task);
  }

  const wide = near.find(task => tasks.duration[task] >= NARROWEST * pixel && tasks.start[task] <= time && tasks.endOf(task) >= time);
  return wide === undefined ? near : [wide];
}

// The gravest, and of those the longest.
function weightiest(near) {
  return near.reduce((best, task) => {
    const graver = tasks.status[task] - tasks.status[best];
    return graver > 0 || (graver === 0 && tasks.duration[task] > tasks.duration[best]) ? task : best;
  });
}

function showTip(near, x, y) {
  const task = weightiest(near), worker = workers.find(one => one.number === tasks.worker[task]);
  const content = [];
  if (near.length > 1) {
    const first = tasks.status[task] === DONE ? 'The longest:' : 'The gravest:';
    content.push(make('p', 'many', `${plural(near.length, 'task')} here (${countByStatus(near)}); zoom in to see each. ${first}`));
  }

  const facts = [
    ['Status', make('span', '', make('span', `swatch ${statuses[tasks.status[task]]}`), statuses[tasks.status[task]])],
    ['Ran for', formatDuration(tasks.duration[task]) + timesMedian(task)],
    ['Started', formatMoment(tasks.start[task])],
    ['Worker', `${worker.processId} on ${worker.computer || 'this computer'}`],
    ['Index', `${tasks.index[task]}${tasks.attempt[task] > 1 ? `, attempt ${tasks.attempt[task]}` : ''}`],
  ];
  if (tasks.errorOf(task)) facts.push(['Error', brief(tasks.errorOf(task), 400)]);
  content.push(make('p', 'input', tasks.input[task] || '(empty)'),
    make('dl', '', ...facts.flatMap(([name, value]) => [make('dt', '', name), make('dd', '', value)])));
  tip.replaceChildren(...content);
  tip.hidden = false;

  // Beside the pointer, on whichever side has room.
  const { width, height } = tip.getBoundingClientRect();
  const left = x + 14 + width < innerWidth - 8 ? x + 14 : Math.max(8, x - 14 - width);
  const top = y + 18 + height < innerHeight - 8 ? y + 18 : Math.max(8, y - 14 - height);
  tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}

function hideTip() {
  tip.hidden = true;
}

const brief = (text, longest) => (text.length > longest ? text.slice(0, longest) + '\u2026' : text);

function timesMedian(task) {
  const times = totals.median > 0 ? tasks.duration[task] / totals.median : 0;
  return times >= 1.5 ? ` (${digits3(times)} times the median)` : '';
}
