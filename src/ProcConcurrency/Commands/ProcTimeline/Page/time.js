'use strict';

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || 'local time';

// How times are shown: 'local' (the reader's zone), 'utc', or 'elapsed' (since the first start).
let clock = 'local';

const pad = (number, digits = 2) => String(number).padStart(digits, '0');

// A moment, with what the chosen clock is ahead of UTC then.
function shift(time) {
  return clock === 'local' ? -new Date(source.first + time).getTimezoneOffset() * MINUTE : 0;
}

function offsetName(time) {
  const minutes = -new Date(source.first + time).getTimezoneOffset();
  return `UTC${minutes < 0 ? '\u2212' : '+'}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
}

function zoneName(time) {
  return clock === 'local' ? (ZONE === 'UTC' ? 'UTC' : `${ZONE}, ${offsetName(time)}`) : clock === 'utc' ? 'UTC' : 'since the first start';
}

function formatDate(time) {
  const date = new Date(source.first + time + shift(time));
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

// The time of day, or what has passed since the first start; with so many digits after the second.
function formatClock(time, digits = 0, seconds = true) {
  const unit = 10 ** (3 - digits);
  const origin = clock === 'elapsed' ? 0 : source.first + shift(time);
  const total = Math.round((origin + time) / unit) * unit;
  const day = clock === 'elapsed' ? total : ((total % DAY) + DAY) % DAY;
  const hours = Math.floor(day / HOUR), minutes = Math.floor(day / MINUTE) % 60, milliseconds = day % MINUTE;
  const fraction = digits ? '.' + pad(Math.round((milliseconds % SECOND) / unit), digits) : '';
  const head = clock === 'elapsed' ? (hours ? `${hours}:${pad(minutes)}` : `${minutes}`) : `${pad(hours)}:${pad(minutes)}`;
  return seconds || clock === 'elapsed' ? `${head}:${pad(Math.floor(milliseconds / SECOND))}${fraction}` : head;
}

function formatMoment(time) {
  return clock === 'elapsed' ? `${formatClock(time, 3)} after the first start` : `${formatDate(time)} ${formatClock(time, 3)}`;
}

// The time of day, with the day where the run has several.
function formatWhen(time) {
  const isLong = clock !== 'elapsed' && formatDate(0) !== formatDate(totals.elapsed);
  return (isLong ? formatDate(time).slice(0, -4) : '') + formatClock(time, 3);
}

// A duration with three digits that count: 0.45 ms, 12.3 s, 2 min 05 s, 1 h 02 min.
function formatDuration(ms) {
  if (ms === 0) return '0 s';
  if (ms < 0.00995) return `${digits3(ms * 1000)} \u00b5s`;
  if (ms < 999.5) return `${digits3(ms)} ms`;
  if (ms < 59.95 * SECOND) return `${digits3(ms / SECOND)} s`;
  if (ms < HOUR - SECOND / 2) {
    const seconds = Math.round(ms / SECOND);
    return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  }
  const minutes = Math.round(ms / MINUTE);
  return minutes < 2880 ? `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min` : `${digits3(minutes / 1440)} days`;
}

function digits3(number) {
  return number >= 99.95 ? String(Math.round(number)) : number >= 9.995 ? number.toFixed(1) : number.toFixed(2);
}

const formatShare = share => `${share > 0 && share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)}%`;
const formatCount = count => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
const plural = (count, noun) => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500,
  ...[1, 2, 5, 10, 15, 30].map(seconds => seconds * SECOND), ...[1, 2, 5, 10, 15, 30].map(minutes => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map(hours => hours * HOUR), ...[1, 2, 7, 14, 28, 91, 182, 365].map(days => days * DAY)];

// The ticks of an axis: at round times of the chosen clock, as many as their labels have room for.
function ticksOf(from, to, width, widthOf) {
  for (const step of STEPS) {
    const digits = step >= SECOND ? 0 : Math.max(1, Math.ceil(-Math.log10(step / SECOND) - 1e-9));
    const label = time => {
      if (clock !== 'elapsed' && isMidnight(time, step)) return formatDate(time).slice(0, -5);
      return formatClock(time, digits, step < MINUTE);
    };
    const room = widthOf(step >= DAY ? '28 Nov' : label(to)) + 28;
    if ((to - from) / step * room <= width || step === STEPS[STEPS.length - 1]) {
      const ticks = [];
      const origin = clock === 'elapsed' ? 0 : source.first + shift(from);
      for (let number = Math.ceil((origin + from) / step - 1e-9); number * step <= origin + to + 1e-6; number++) {
        const time = number * step - origin;
        ticks.push({ time, label: label(time) });
      }
      return ticks;
    }
  }
  return [];
}

function isMidnight(time, step) {
  const moment = source.first + time + shift(time);
  return step >= MINUTE && Math.abs(moment / DAY - Math.round(moment / DAY)) * DAY < 1;
}
