'use strict';

// The pointer, the wheel and the keys.
const pointers = new Map();
let dragged = false, pinch = 0;

function placeIn(target, event) {
  const box = target.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function hover(event) {
  const { x, y } = placeIn(canvas, event), lane = laneAt(y);
  const near = lane < 0 ? [] : tasksAt(lane, x);
  if (near.length) showTip(near, event.clientX, event.clientY); else hideTip();
  return near;
}

scroller.addEventListener('pointerdown', event => {
  if (event.button !== 0 || event.offsetX > scroller.clientWidth) return;
  pointers.set(event.pointerId, event.clientX);
  dragged = false;
});

scroller.addEventListener('pointermove', event => {
  const before = pointers.get(event.pointerId);
  if (before === undefined) {
    hover(event);
    return;
  }

  if (pointers.size === 1) {
    if (!dragged && Math.abs(event.clientX - before) < 4) return;
    dragged = true;
    scroller.setPointerCapture(event.pointerId);
    scroller.classList.add('moving');
    hideTip();
    move((before - event.clientX) / size.plot);
    pointers.set(event.pointerId, event.clientX);
  } else {
    // Two fingers: what is between them stays there, and grows as they part.
    pointers.set(event.pointerId, event.clientX);
    const [one, other] = [...pointers.values()], distance = Math.max(8, Math.abs(one - other));
    if (pinch) zoom(distance / pinch, timeAt((one + other) / 2 - canvas.getBoundingClientRect().left));
    pinch = distance;
    dragged = true;
    hideTip();
  }
});

function release(event) {
  if (pointers.delete(event.pointerId) && !dragged && event.type === 'pointerup') {
    const near = hover(event);
    view.selected = near.length ? weightiest(near) : -1;
    redraw();
  }
  pinch = 0;
  if (pointers.size === 0) scroller.classList.remove('moving');
}

for (const name of ['pointerup', 'pointercancel']) scroller.addEventListener(name, release);
scroller.addEventListener('pointerleave', event => { if (event.pointerType === 'mouse') hideTip(); });
scroller.addEventListener('scroll', () => { hideTip(); redraw(); });

scroller.addEventListener('dblclick', event => {
  const { x, y } = placeIn(canvas, event), lane = laneAt(y), near = lane < 0 ? [] : tasksAt(lane, x);
  if (near.length === 1) showTask(near[0]); else if (x > size.label) zoom(4, timeAt(x));
});

// The wheel scrolls, as everywhere; with Ctrl it zooms, as does a pinch on a touchpad; sideways it moves.
scroller.addEventListener('wheel', event => {
  const sideways = event.shiftKey ? event.deltaY : event.deltaX;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.003)), timeAt(placeIn(canvas, event).x));
  } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
    event.preventDefault();
    move(sideways / size.plot);
  }
}, { passive: false });

// In the overview a drag chooses a part of the time, and a click moves there.
{
  const area = element('overview');
  let from = null;
  area.addEventListener('pointerdown', event => {
    if (event.button === 0) {
      from = placeIn(area, event).x;
      area.setPointerCapture(event.pointerId);
    }
  });
  area.addEventListener('pointermove', event => {
    const { x } = placeIn(area, event);
    if (from !== null && Math.abs(x - from) > 3) show(overviewTime(Math.min(x, from)), overviewTime(Math.max(x, from)));
  });
  area.addEventListener('pointerup', event => {
    const { x } = placeIn(area, event);
    if (from !== null && Math.abs(x - from) <= 3) move((overviewTime(x) - (view.from + view.to) / 2) / (view.to - view.from));
    from = null;
  });
  area.addEventListener('pointercancel', () => { from = null; });
}

// From task to task: along the lane, or to the lane beside it at about the same time.
function select(along, across) {
  const start = view.selected < 0 ? 0 : laneOf(view.selected);
  const lane = Math.min(lanes.length - 1, Math.max(0, start + (view.selected < 0 ? 0 : across)));
  if (!lanes.length) return;
  const places = lanes[lane].tasks;
  let place = view.selected < 0 ? firstAfter(lanes[lane], view.from)
    : across ? firstAfter(lanes[lane], tasks.start[view.selected] + tasks.duration[view.selected] / 2) : places.indexOf(view.selected) + along;
  while (place >= 0 && place < places.length && !isShown(places[place])) place += along || 1;
  if (place < 0 || place >= places.length) return;
  const task = places[place];
  view.selected = task;
  scrollToLane(lane);
  if (tasks.start[task] < view.from || tasks.start[task] >= view.to) {
    const half = (view.to - view.from) / 2;
    show(tasks.start[task] - half, tasks.start[task] + half);
  }
  redraw();
  const box = canvas.getBoundingClientRect();
  showTip([task], box.left + Math.max(size.label, xOf(tasks.start[task])), box.top + yOf(lane) + LANE / 2);
}

function scrollToLane(lane) {
  const top = lane * LANE, bottom = top + LANE - (size.height - AXIS);
  if (scroller.scrollTop > top) scroller.scrollTop = top;
  if (scroller.scrollTop < bottom) scroller.scrollTop = bottom;
}

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select')) return;
  const inLanes = document.activeElement === scroller;
  const actions = {
    ArrowLeft: () => (event.shiftKey ? select(-1, 0) : move(-0.1)),
    ArrowRight: () => (event.shiftKey ? select(1, 0) : move(0.1)),
    '+': () => zoom(1.5),
    '=': () => zoom(1.5),
    '-': () => zoom(1 / 1.5),
    0: () => show(0, whole),
    Escape: () => { view.selected = -1; hideTip(); redraw(); },
  };
  if (inLanes && event.shiftKey) Object.assign(actions, { ArrowUp: () => select(0, -1), ArrowDown: () => select(0, 1) });
  if (inLanes) Object.assign(actions, { Home: () => show(0, view.to - view.from), End: () => show(whole - view.to + view.from, whole) });
  if (event.shiftKey && event.key.startsWith('Arrow') && !inLanes) return;
  if (actions[event.key]) {
    event.preventDefault();
    if (!event.shiftKey) hideTip();
    actions[event.key]();
  }
});
