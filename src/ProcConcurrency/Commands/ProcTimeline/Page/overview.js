'use strict';

// The overview: how many workers were busy at each moment of the whole run, and where something failed. Idle workers show as the
// room above, stragglers as a long low end.
function drawOverview() {
  const context = overview.getContext('2d'), height = 64, top = 18, floor = height - 6;
  context.clearRect(0, 0, size.width, height);
  const { busy, worst } = busyByPixel();
  const unit = (floor - top) / Math.max(1, totals.atOnce);
  context.fillStyle = colours.track;
  context.fillRect(size.label, top, size.plot, floor - top);
  context.fillStyle = colours.Done;
  for (let pixel = 0; pixel < size.plot; pixel++) {
    const column = Math.min(floor - top, busy[pixel] * unit);
    context.fillRect(size.label + pixel, floor - column, 1, column);
  }
  for (let pixel = 0; pixel < size.plot; pixel++) {
    if (worst[pixel] > DONE) {
      context.fillStyle = colours.bars[worst[pixel]];
      context.fillRect(size.label + pixel, floor + 1, 2, 4);
    }
  }

  context.font = FONT;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillStyle = colours.text;
  context.fillText('Busy workers', 12, height / 2 - 6);
  context.fillStyle = colours.muted;
  context.fillText(size.label < 200 ? `of ${totals.atOnce}` : `of ${totals.atOnce} at once`, 12, height / 2 + 11);
}

// The mean number of busy workers in each pixel's time, and the gravest status of what ended there.
function busyByPixel() {
  const change = new Float64Array(size.plot + 2), part = new Float64Array(size.plot + 2), worst = new Uint8Array(size.plot + 2);
  const scale = size.plot / whole;
  for (const task of totals.ran) {
    const left = tasks.start[task] * scale, right = Math.min(size.plot, tasks.endOf(task) * scale);
    const first = Math.floor(left), last = Math.floor(right);
    worst[Math.min(last, size.plot - 1)] = Math.max(worst[Math.min(last, size.plot - 1)], tasks.status[task]);
    if (first === last) {
      part[first] += right - left;
    } else {
      part[first] += first + 1 - left;
      part[last] += right - last;
      change[first + 1]++;
      change[last]--;
    }
  }

  const busy = new Float64Array(size.plot);
  let full = 0;
  for (let pixel = 0; pixel < size.plot; pixel++) {
    full += change[pixel];
    busy[pixel] = full + part[pixel];
  }
  return { busy, worst };
}

// The frame around what the lanes show; none where they show everything.
function placeWindow() {
  const frameStyle = element('window').style;
  const left = size.label + view.from / whole * size.plot, width = (view.to - view.from) / whole * size.plot;
  element('window').hidden = view.to - view.from >= whole;
  frameStyle.left = `${left - 2}px`;
  frameStyle.width = `${width + 4}px`;
}

function overviewTime(x) {
  return Math.min(whole, Math.max(0, (x - size.label) / size.plot * whole));
}
