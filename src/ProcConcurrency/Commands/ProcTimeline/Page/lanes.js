'use strict';

// What is shown: a part of the run's time, and which tasks stand out (the others are dimmed).
const view = { from: 0, to: 1, statusShown: statuses.map(() => true), found: null, joined: false, selected: -1 };
const whole = Math.max(totals.elapsed, 0.1);
view.to = whole;

const SHORTEST_VIEW = Math.min(whole, 0.1);
let lanes = [];

// A lane for each worker; or one for workers that took each other's place on a computer, as a pool replaces them.
function makeLanes() {
  const groups = [];
  for (const worker of workers) {
    const isFree = group => group[0].computer === worker.computer && group[group.length - 1].last <= worker.first;
    const free = view.joined ? groups.find(isFree) : null;
    if (free) free.push(worker); else groups.push([worker]);
  }

  lanes = groups.map(group => {
    const laneTasks = Int32Array.from(group.flatMap(worker => worker.tasks));
    const latest = new Float64Array(laneTasks.length);
    let until = -Infinity;
    laneTasks.forEach((task, place) => { latest[place] = until = Math.max(until, tasks.endOf(task)); });
    return {
      names: laneNames(group), workers: new Set(group.map(worker => worker.number)),
      tasks: laneTasks, latest, busy: group.reduce((sum, worker) => sum + worker.busy, 0),
    };
  });
}

// What a lane may be called, the longest first: the label takes what it has room for.
function laneNames(group) {
  const [{ computer, processId }] = group, whose = totals.computers > 1 ? computer : 'Process';
  const more = group.length > 1 ? ` + ${group.length - 1}` : '';
  const first = group.length > 1 ? [`${whose} ${processId} and ${group.length - 1} more`] : [];
  const short = /^[0-9.]+$/.test(whose) ? whose : whose.split('.')[0];
  return [...first, `${whose} ${processId}${more}`, `${short} ${processId}${more}`, `${processId}${more}`];
}

// The place of the first task of a lane that doesn't end before a time.
function firstAfter(lane, time) {
  let low = 0, high = lane.tasks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lane.latest[middle] >= time) high = middle; else low = middle + 1;
  }
  return low;
}

// Whether a task stands out: its status is wanted, and so is its text.
function isShown(task) {
  return view.statusShown[tasks.status[task]] && (!view.found || view.found[task] === 1);
}

// Looks a text up in every input and error; returns how many tasks have it.
function find(text) {
  view.found = null;
  if (text === '') return 0;
  const wanted = text.toLowerCase();
  const errors = source.errors.map(error => error.toLowerCase().includes(wanted));
  let count = 0;
  view.found = new Uint8Array(tasks.count);
  for (let task = 0; task < tasks.count; task++) {
    if (tasks.input[task].toLowerCase().includes(wanted) || errors[source.tasks.error[task]]) {
      view.found[task] = 1;
      count++;
    }
  }
  return count;
}

// Shows a part of the time, kept within the run.
function show(from, to) {
  const span = Math.min(whole, Math.max(SHORTEST_VIEW, to - from));
  const middle = (from + to) / 2;
  view.from = Math.min(whole - span, Math.max(0, middle - span / 2));
  view.to = view.from + span;
  hideTip();
  redraw();
}

// Zooms by a factor; what is at the time stays where it is.
function zoom(factor, time = (view.from + view.to) / 2) {
  const span = Math.min(whole, Math.max(SHORTEST_VIEW, (view.to - view.from) / factor));
  const from = time - (time - view.from) * span / (view.to - view.from);
  show(from, from + span);
}

// Moves by a share of what is shown.
function move(share) {
  const distance = (view.to - view.from) * share;
  show(view.from + distance, view.to + distance);
}

// Shows a task with some room around it, and selects it.
function showTask(task) {
  const margin = Math.max(tasks.duration[task], SHORTEST_VIEW, whole / 1e5);
  view.selected = task;
  show(tasks.start[task] - margin, tasks.endOf(task) + margin);
  scrollToLane(laneOf(task));
}

function laneOf(task) {
  const worker = tasks.worker[task];
  return lanes.findIndex(lane => lane.workers.has(worker));
}
