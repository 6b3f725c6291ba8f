'use strict';

// The attempts, a column for each property; those that ran have a worker. Times are milliseconds from the first start.
const source = JSON.parse(document.getElementById('data').textContent);
const statuses = source.statuses;
const [DONE, CANCELED, LOST, FAILED] = [0, 1, 2, 3];
const tasks = {
  count: source.tasks.index.length,
  index: source.tasks.index,
  input: source.tasks.input,
  attempt: source.tasks.attempt,
  worker: Int32Array.from(source.tasks.worker),
  start: Float64Array.from(source.tasks.start),
  duration: Float64Array.from(source.tasks.duration),
  status: Uint8Array.from(source.tasks.status),
  errorOf: task => source.errors[source.tasks.error[task]] ?? '',
  endOf: task => tasks.start[task] + tasks.duration[task],
};

// A worker: a process, and its tasks by their start.
const workers = source.processIds.map((processId, number) => (
  { number, processId, computer: source.computers[number], tasks: [], first: Infinity, last: 0, busy: 0 }));

for (let task = 0; task < tasks.count; task++) {
  const worker = workers[tasks.worker[task]];
  if (worker) {
    worker.tasks.push(task);
    worker.first = Math.min(worker.first, tasks.start[task]);
    worker.last = Math.max(worker.last, tasks.endOf(task));
  }
}

for (const worker of workers) {
  worker.tasks.sort((a, b) => tasks.start[a] - tasks.start[b] || tasks.index[a] - tasks.index[b]);
  worker.busy = busyTime(worker.tasks);
}

// From here on by computer and start; a task's number of its worker is the worker's own.
workers.sort((a, b) => (a.computer < b.computer ? -1 : a.computer > b.computer ? 1 : a.first - b.first));

// How long at least one of the tasks ran. A worker runs one at a time, but clocks of other computers may be set meanwhile.
function busyTime(sorted) {
  let busy = 0, until = -Infinity;
  for (const task of sorted) {
    busy += Math.max(0, tasks.endOf(task) - Math.max(until, tasks.start[task]));
    until = Math.max(until, tasks.endOf(task));
  }
  return busy;
}

// Walks through the moments at which something begins or ends, and calls visit(time, how many go on after it).
function sweep(starts, ends, visit) {
  starts.sort();
  ends.sort();
  for (let begun = 0, ended = 0; ended < ends.length;) {
    if (begun < starts.length && starts[begun] < ends[ended]) {
      visit(starts[begun], ++begun - ended);
    } else {
      visit(ends[ended], begun - ++ended);
    }
  }
}

// What became of each item: its last attempt. Runs of different inputs may be on one page, so that the number alone says nothing.
function lastAttempts() {
  const last = new Map();
  for (let task = 0; task < tasks.count; task++) {
    const key = `${tasks.index[task]} ${tasks.input[task]}`, before = last.get(key);
    const later = before === undefined || tasks.start[task] > tasks.start[before]
      || (tasks.start[task] === tasks.start[before] && tasks.attempt[task] >= tasks.attempt[before]);
    if (later) last.set(key, task);
  }
  return [...last.values()];
}

// What the whole run comes to.
const totals = (() => {
  const ran = [];
  for (let task = 0; task < tasks.count; task++) {
    if (tasks.worker[task] >= 0) ran.push(task);
  }

  const elapsed = workers.reduce((latest, worker) => Math.max(latest, worker.last), 0);
  const durations = Float64Array.from(ran, task => tasks.duration[task]).sort();
  const quantile = share => durations.length ? durations[Math.min(durations.length - 1, Math.floor(durations.length * share))] : 0;
  let atOnce = 0, busyAtOnce = 0, halfBusyUntil = 0;
  sweep(Float64Array.from(workers, worker => worker.first), Float64Array.from(workers, worker => worker.last),
    (time, count) => { atOnce = Math.max(atOnce, count); });
  atOnce = Math.max(atOnce, workers.length ? 1 : 0);
  sweep(Float64Array.from(ran, task => tasks.start[task]), Float64Array.from(ran, task => tasks.endOf(task)), (time, count) => {
    // After an end, the half was busy until then; after a start, it is from then on.
    if (busyAtOnce * 2 >= atOnce) halfBusyUntil = time;
    busyAtOnce = count;
  });

  const busy = workers.reduce((sum, worker) => sum + worker.busy, 0);
  const counts = statuses.map(() => 0);
  for (let task = 0; task < tasks.count; task++) counts[tasks.status[task]]++;
  const items = lastAttempts();
  return {
    ran, elapsed, counts, busy, atOnce,
    items: items.length,
    // What failed comes first, then what was lost, then what was canceled.
    notDone: items.filter(task => tasks.status[task] !== DONE).sort((a, b) => tasks.status[b] - tasks.status[a] || tasks.index[a] - tasks.index[b]),
    computers: new Set(workers.map(worker => worker.computer)).size,
    median: quantile(0.5),
    quantile95: quantile(0.95),
    longest: durations.length ? durations[durations.length - 1] : 0,
    tail: elapsed - halfBusyUntil,
    utilisation: elapsed > 0 && atOnce ? Math.min(1, busy / (elapsed * atOnce)) : 0,
    slowest: ran.slice().sort((a, b) => tasks.duration[b] - tasks.duration[a] || a - b).slice(0, 20),
  };
})();

// The share of the whole time in which something ran for so long.
const shareOf = busy => (totals.elapsed > 0 ? Math.min(1, busy / totals.elapsed) : 0);

// Those of the slowest that are far from the rest get a frame in the lanes. Among a handful of tasks none is far from the rest.
const stragglers = new Set(totals.ran.length < 5 ? [] : totals.slowest.filter(task => tasks.duration[task] >= 3 * totals.median));
