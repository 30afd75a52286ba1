/** The elements of Go's time layouts, in the order in which they are tried at a place; `suffix` must not be followed by a lower-case letter. */
const ELEMENTS: readonly { readonly text: string; readonly element: Element; readonly wholeWord?: boolean }[] = [
  { text: 'January', element: 'longMonth' },
  { text: 'Jan', element: 'month', wholeWord: true },
  { text: 'Monday', element: 'longWeekday' },
  { text: 'Mon', element: 'weekday', wholeWord: true },
  { text: 'MST', element: 'zone' },
  { text: '01', element: 'zeroMonth' },
  { text: '02', element: 'zeroDay' },
  { text: '03', element: 'zeroHour12' },
  { text: '04', element: 'zeroMinute' },
  { text: '05', element: 'zeroSecond' },
  { text: '06', element: 'year' },
  { text: '002', element: 'zeroYearDay' },
  { text: '15', element: 'hour' },
  { text: '1', element: 'numMonth' },
  { text: '2006', element: 'longYear' },
  { text: '2', element: 'day' },
  { text: '_2', element: 'underDay' },
  { text: '__2', element: 'underYearDay' },
  { text: '3', element: 'hour12' },
  { text: '4', element: 'minute' },
  { text: '5', element: 'second' },
  { text: 'PM', element: 'PM' },
  { text: 'pm', element: 'pm' },
  { text: '-070000', element: 'offset' },
  { text: '-07:00:00', element: 'offset' },
  { text: '-0700', element: 'offset' },
  { text: '-07:00', element: 'offset' },
  { text: '-07', element: 'offset' },
  { text: 'Z070000', element: 'offset' },
  { text: 'Z07:00:00', element: 'offset' },
  { text: 'Z0700', element: 'offset' },
  { text: 'Z07:00', element: 'offset' },
  { text: 'Z07', element: 'offset' },
]

/** What an element of a layout stands for. */
export type Element =
  | 'longMonth'
  | 'month'
  | 'numMonth'
  | 'zeroMonth'
  | 'longWeekday'
  | 'weekday'
  | 'day'
  | 'underDay'
  | 'zeroDay'
  | 'underYearDay'
  | 'zeroYearDay'
  | 'hour'
  | 'hour12'
  | 'zeroHour12'
  | 'minute'
  | 'zeroMinute'
  | 'second'
  | 'zeroSecond'
  | 'longYear'
  | 'year'
  | 'PM'
  | 'pm'
  | 'zone'
  | 'offset'
  | 'fraction0'
  | 'fraction9'

/** The next element of a layout: the literal before it, its own text, the rest. */
export interface Chunk {
  readonly prefix: string
  readonly element: Element | undefined
  readonly text: string
  readonly suffix: string
}

/** Go's nextStdChunk. */
export function nextChunk(layout: string): Chunk {
  for (let at = 0; at < layout.length; at++) {
    const found = layout.startsWith('_2006', at)
      ? { at: at + 1, text: '2006', element: 'longYear' as const }
      : elementAt(layout, at)
    if (found === undefined) continue
    const { text, element } = found
    return { prefix: layout.slice(0, found.at), element, text, suffix: layout.slice(found.at + text.length) }
  }
  return { prefix: layout, element: undefined, text: '', suffix: '' }
}

function elementAt(layout: string, at: number): { at: number; text: string; element: Element } | undefined {
  const char = layout[at]
  if (char === '.' || char === ',') return fractionAt(layout, at)
  for (const { text, element, wholeWord } of ELEMENTS) {
    if (!layout.startsWith(text, at)) continue
    if (wholeWord === true && /[a-z]/.test(layout[at + text.length] ?? '')) continue
    return { at, text, element }
  }
  return undefined
}

function fractionAt(layout: string, at: number): { at: number; text: string; element: Element } | undefined {
  const digits = /^(0+|9+)(?![0-9])/.exec(layout.slice(at + 1))?.[0]
  if (digits === undefined) return undefined
  return {
    at,
    text: layout.slice(at, at + 1 + digits.length),
    element: digits.startsWith('0') ? 'fraction0' : 'fraction9',
  }
}

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
