/** Numbers as people read them: three digits that count, and thousands kept apart. */

/** 0.913, 14.0, 153, 1,095; and 0.036 with one digit less. */
export function figure(x: number): string {
  if (!Number.isFinite(x)) return '–';
  if (x === 0) return '0';
  const precision = Math.abs(x) < 0.09995 ? 2 : 3;
  // Rounded before its digits are counted: 9.996 is 10.0 and not 10.00.
  const rounded = Number(x.toPrecision(precision));
  const decimals = precision - 1 - Math.floor(Math.log10(Math.abs(rounded)));
  const digits = Math.max(0, Math.min(20, decimals));
  return rounded.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** 47, 12k, 3.4M: for what may be anything. */
export function rough(x: number): string {
  if (x >= 1e9) return x.toExponential(0).replace('+', '');
  if (x >= 1e6) return `${Number((x / 1e6).toPrecision(2))}M`;
  if (x >= 1e3) return `${Number((x / 1e3).toPrecision(2))}k`;
  return `${Number(x.toPrecision(2))}`;
}

const units = [
  ['s', 1],
  ['ms', 1e-3],
  ['µs', 1e-6],
  ['ns', 1e-9],
] as const;

/** 12.3 µs. */
export function duration(seconds: number): string {
  // A hair less than the unit is the unit, once it is rounded.
  const [name, size] = units.find(([, least]) => seconds >= least * 0.9995) ?? units[3];
  return `${figure(seconds / size)} ${name}`;
}

/** 32 KiB, 1.5 GiB. */
export function bytes(count: number): string {
  const names = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = count;
  let k = 0;
  for (; size >= 1024 && k < names.length - 1; k++) size /= 1024;
  return `${Number(size.toPrecision(3))} ${names[k]}`;
}

/** 1,000,000. */
export const count = (n: number): string => n.toLocaleString('en');

/** 100, 10k, 1M: for the marks of an axis. */
export const short = (n: number): string => (n >= 1e6 ? `${n / 1e6}M` : n >= 1e3 ? `${n / 1e3}k` : `${n}`);

/** 96 %; what is less than all of it is never called 100 %, and what is more than nothing never 0 %. */
export const percent = (x: number): string =>
  x > 0 && x < 0.005 ? '<1 %' : `${x < 1 ? Math.min(99, Math.round(x * 100)) : Math.round(x * 100)} %`;

/** +1.3, −0.4: a difference in per cent, with a true minus. */
export function signed(x: number): string {
  const text = Math.abs(x * 100) >= 9.95 ? (x * 100).toFixed(0) : (x * 100).toFixed(1);
  if (Number(text) === 0) return '±0';
  return text.startsWith('-') ? `−${text.slice(1)}` : `+${text}`;
}

/** `2026-11-22 17:10 UTC`, or the text itself where it is no date. */
export function day(date: string): string {
  const time = new Date(date);
  return Number.isNaN(time.getTime())
    ? date
    : `${time.toISOString().slice(0, 16).replace('T', ' ').replace(' 00:00', '')} UTC`;
}

/** 1 thread, 2 threads. */
export const many = (n: number, thing: string): string => `${count(n)} ${thing}${n === 1 ? '' : 's'}`;
