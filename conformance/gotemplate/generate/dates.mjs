const CHUNKS =
  'January Jan 1 01 Monday Mon 2 _2 02 __2 002 15 3 03 4 04 5 05 2006 06 PM pm MST Z0700 Z070000 Z07 Z07:00 Z07:00:00 -0700 -070000 -07 -07:00 -07:00:00 .000 ,000 .999 .0 ,9 .000000'.split(
    ' ',
  )
const MONTHS = 'January February March April May June July August September October November December'.split(' ')
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')
const ZONES = [
  'UTC',
  'Local',
  '',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Sydney',
  'Nowhere',
  'EST',
  'Africa/Cairo',
  'Asia/Tokyo',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Asia/Dubai',
  '../x',
  'europe/berlin',
]
const WHOLE = [
  '2006-01-02',
  '2006-01-02T15:04:05Z07:00',
  'Mon, 02 Jan 2006 15:04:05 MST',
  '2006-01-02 15:04:05.999999999 -0700 MST',
  'Jan _2 15:04:05',
  '3:04PM',
  '02 Jan 06 15:04 -0700',
  '2006-002',
  '2006 02 002',
  '_2 __2 2006',
  '2006-01-02 15:04:05 MST',
  '15:04:05.000',
  '15:04:05 .000',
  '-0700 MST',
  'Z07:00 MST',
  '03PM Monday',
]
const DURATIONS = [
  '1h',
  '-1h30m',
  '90s',
  '1.5h',
  '100ms',
  '3us',
  '4µs',
  '5ns',
  '1h2m3.5s',
  '',
  'x',
  '1',
  '-',
  '+2m',
  '.5s',
  '1.s',
  '.s',
  '24h',
  '9999999h',
  '-0',
  '0',
  '0s',
  '1d',
  '1h-2m',
  '9223372036854775807ns',
  '9223372036854775808ns',
  '2562048h',
]
const COUNTS = [
  'Year',
  'Month',
  'Day',
  'Hour',
  'Minute',
  'Second',
  'Nanosecond',
  'YearDay',
  'Weekday',
  'Unix',
  'UnixMilli',
  'UnixMicro',
  'UnixNano',
  'IsZero',
  'UTC',
  'String',
  'GoString',
  'Date',
  'Clock',
  'ISOWeek',
  'Zone',
  'ZoneBounds',
  'Clock 1',
  'Month.String',
  'Weekday.String',
]
/** For zones that change: what Intl knows of them is what tzdata does since 1970, as long as its table goes. */
const NEAR = ['.time', '(toDate "2006-01-02" "2021-11-07")', '1709210096', '1500000000', '(int64 1234567890)', '.i64']
const STEADY = ['UTC', '', 'Local', 'Nowhere', '../x', 'europe/berlin']
const TIMES = [
  '.time',
  '(toDate "2006-01-02" "2021-11-07")',
  '(toDate "x" "y")',
  '(toDate "2006-01-02T15:04:05Z07:00" "1999-12-31T23:59:59+05:30")',
  '(dateModify "-200000h" .time)',
]

/** A template about dates and durations. */
export function dates(random) {
  const text = random.weighted([
    [6, () => parsed(random)],
    [3, () => `${random.pick(['dateInZone', 'date_in_zone'])} ${quoted(layout(random).text)} ${zoned(random)}`],
    [2, () => `date ${quoted(layout(random).text)} ${time(random)}`],
    [1, () => `${random.pick(['htmlDate', 'unixEpoch'])} ${time(random)}`],
    [1, () => `htmlDateInZone ${zoned(random)}`],
    [
      2,
      () =>
        `${random.pick(['dateModify', 'mustDateModify', 'date_modify', 'must_date_modify'])} ${quoted(duration(random))} ${random.pick(TIMES)}`,
    ],
    [
      2,
      () =>
        `${random.pick(['duration', 'durationRound'])} ${random.pick([quoted(duration(random)), quoted(String(random.int(1e6) - 1000)), String(random.int(1e9)), '.dur', '.i64', '-5', '.time'])}`,
    ],
    [3, () => method(random)],
    [1, () => `printf ${quoted(`%${random.pick(['v', '+v', '#v', 's', 'q', 'x', 'T'])}`)} ${random.pick(TIMES)}`],
  ])()
  return `{{ ${text} }}`
}

function method(random) {
  const at = random.pick(TIMES)
  return random.weighted([
    [3, () => `${at}.${random.pick(COUNTS)}`],
    [2, () => `${at}.Format ${quoted(layout(random).text)}`],
    [
      1,
      () =>
        `(${at}.${random.pick(['Add', 'Round', 'Truncate'])} ${random.pick(['.dur', '7', '-13', '3600000000000', `(${random.pick(TIMES)}.Sub .time)`])}).String`,
    ],
    [1, () => `(${at}.AddDate ${random.int(9) - 4} ${random.int(30) - 15} ${random.int(90) - 45}).String`],
    [1, () => `${at}.${random.pick(['Sub', 'After', 'Before', 'Equal', 'Compare'])} ${random.pick(TIMES)}`],
    [
      1,
      () =>
        `${span(random)}.${random.pick(['String', 'Nanoseconds', 'Microseconds', 'Milliseconds', 'Seconds', 'Minutes', 'Hours', 'Abs'])}`,
    ],
    [
      1,
      () =>
        `(${span(random)}.${random.pick(['Round', 'Truncate'])} ${random.pick(['7', '.dur', '60000000000', '0', '-3', span(random)])}).String`,
    ],
    [
      1,
      () =>
        `printf "%v %d %T %s" ${span(random)} ${span(random)} ${span(random)} ${at}.${random.pick(['Month', 'Weekday'])}`,
    ],
    [
      0.3,
      () =>
        `(${at}.AddDate ${random.pick(['-20000 0 0', '9000 1 1', '0 -40000 0'])}) | ${random.pick(['toJson', 'date "2006"', 'printf "%v"'])}`,
    ],
  ])()
}

/** A duration of any size. */
function span(random) {
  return random.chance(0.25) ? '.dur' : `((dateModify ${quoted(random.pick(DURATIONS))} .time).Sub .time)`
}

function parsed(random) {
  const { text, value } = layout(random)
  const call = `${random.pick(['toDate', 'mustToDate'])} ${quoted(text)} ${quoted(random.chance(0.35) ? damaged(random, value) : value)}`
  return random.pick([`(${call}).String`, call, `(${call}).Unix`, `${call} | printf "%#v"`])
}

function zoned(random) {
  if (random.chance(0.5)) return `${time(random)} ${quoted(random.pick(STEADY))}`
  return `${random.chance(0.6) ? random.pick(NEAR) : random.int(2 ** 31)} ${quoted(random.pick(ZONES))}`
}

function time(random) {
  if (random.chance(0.5)) return random.pick(TIMES)
  return random.pick([
    String(random.int(2 ** 31)),
    `(int64 ${random.int(2 ** 31)})`,
    '.i64',
    '.i32',
    '-62135596800',
    '253402300800',
    String(-random.int(1e10)),
  ])
}

function duration(random) {
  if (random.chance(0.6)) return random.pick(DURATIONS)
  const units = ['h', 'm', 's', 'ms', 'us', 'ns', 'µs', 'μs', 'd', '']
  return Array.from(
    { length: 1 + random.int(3) },
    () => `${random.pick([random.int(100), random.int(1e6) / 1000, '.5', '7.'])}${random.pick(units)}`,
  ).join('')
}

/** A layout and a text that mostly fits it. */
function layout(random) {
  if (random.chance(0.3)) {
    const whole = random.pick(WHOLE)
    return { text: whole, value: fitting(random, split(whole)) }
  }
  const parts = []
  for (let left = 1 + random.int(6); left > 0; left--)
    parts.push(random.pick(CHUNKS), random.pick([' ', '-', '/', ':', ' ', 'T', '', ', ', 'x']))
  return { text: parts.join(''), value: fitting(random, parts) }
}

function split(text) {
  const known = [...CHUNKS].sort((a, b) => b.length - a.length).map((chunk) => chunk.replace(/[.]/g, '\\.'))
  return text.split(new RegExp(`(${known.join('|')}|\\.999999999)`)).filter((part) => part !== '')
}

function fitting(random, parts) {
  const two = (limit, from = 0) => String(from + random.int(limit)).padStart(2, '0')
  const sign = () => random.pick(['+', '-'])
  const makers = {
    January: () => random.pick(MONTHS),
    Jan: () => random.pick(MONTHS).slice(0, 3),
    1: () => String(1 + random.int(12)),
    '01': () => two(12, 1),
    Monday: () => random.pick(DAYS),
    Mon: () => random.pick(DAYS).slice(0, 3),
    2: () => String(1 + random.int(29)),
    _2: () => String(1 + random.int(29)).padStart(2),
    '02': () => two(29, 1),
    __2: () => String(1 + random.int(366)).padStart(3),
    '002': () => String(1 + random.int(366)).padStart(3, '0'),
    15: () => two(24),
    3: () => String(1 + random.int(12)),
    '03': () => two(12, 1),
    4: () => String(random.int(60)),
    '04': () => two(60),
    5: () => String(random.int(60)),
    '05': () => two(60),
    2006: () => String(1900 + random.int(200)),
    '06': () => two(100),
    PM: () => random.pick(['AM', 'PM', 'am']),
    pm: () => random.pick(['am', 'pm', 'PM']),
    MST: () =>
      random.pick([
        'UTC',
        'UTC',
        'UTC',
        'GMT+12',
        'GMT-',
        'GMTx',
        'XY',
        'ABCDEFG',
        'ABCDT',
        '+ab',
        'é',
        'CET',
        'MST',
        'GMT',
        'GMT+3',
        'GMT-25',
        'WITA',
        'ChST',
        'CEST',
        'AEST',
        '+03',
        '-11',
        '+30',
        'EASTX',
        'Xyz',
        'ABCDE',
        'ABCD',
        'MeST',
      ]),
    '.999': () => random.pick(['', '.1', '.123', ',5', '.', '.x', '.12345678901']),
    '.999999999': () => random.pick(['', '.1', '.123456789']),
    ',9': () => random.pick(['', ',1', '.2']),
  }
  return parts
    .map((part) => {
      if (makers[part] !== undefined) return makers[part]()
      if (/^[.,]0+$/.test(part) && random.chance(0.1)) return random.pick(['.-12', '.+12', '.-00', '.1', ',x00', ''])
      if (/^[.,]0+$/.test(part)) return `${part[0]}${Array.from(part.slice(1), () => random.int(10)).join('')}`
      if (!/^[-Z]07/.test(part)) return part
      if (part[0] === 'Z' && random.chance(0.3)) return 'Z'
      return sign() + part.slice(1).replace(/07|00/g, () => two(random.chance(0.1) ? 70 : 14))
    })
    .join('')
}

function damaged(random, text) {
  const at = random.int(text.length + 1)
  return (
    text.slice(0, at) +
    random.pick(['', '9', 'x', ' ', '-', ':', '.', 'Z', '99', '\u20ac']) +
    text.slice(at + random.int(3))
  )
}

function quoted(text) {
  return JSON.stringify(text)
}
