const NUMBERS = ['0', '1', '2', '3', '10', '01', '00', '99999999999999999999', '18446744073709551615', '']
const WORDS = [
  '',
  '-rc.1',
  '-alpha',
  '-alpha.1.beta',
  '-0',
  '-01',
  '-1.01',
  '-rc..1',
  '-é',
  '+build',
  '+b.5',
  '-rc.1+b',
  '+',
  '-',
  '-x-y',
  '-99999999999999999999',
]
const OPERATORS = ['', '=', '==', '!=', '>', '<', '>=', '=>', '<=', '=<', '~', '~>', '^', '!', '><', '<>']
const METHODS = ['Major', 'Minor', 'Patch', 'Prerelease', 'Metadata', 'Original', 'String']

const TAILS = ['', '', '-a', '-b', '-a.1', '-a.2', '-a.b', '-1', '-2', '-1.a', '-a.1.x', '-10', '-9']

/** A version and a range that stand close to each other. */
function near(random) {
  const digits = () => random.pick(['0', '1', '2'])
  const numbers = [digits(), digits(), digits()]
  const other = numbers.map((part) => (random.chance(0.6) ? part : digits()))
  const wild = random.pick([other, other.slice(0, 2), other.slice(0, 1), [other[0], 'x'], [other[0], other[1], 'x']])
  const tail = () => random.pick(TAILS)
  const range = `${random.pick(OPERATORS)}${wild.join('.')}${random.chance(0.4) ? tail() : ''}`
  return [range, `${numbers.join('.')}${tail()}`]
}

/** A template about versions and ranges. */
export function semver(random) {
  const text = random.weighted([
    [
      5,
      () =>
        `semverCompare ${near(random)
          .map((part) => JSON.stringify(part))
          .join(' ')}`,
    ],
    [
      2,
      () => {
        const [range, one] = near(random)
        return `(semver ${JSON.stringify(one)}).Compare (semver ${JSON.stringify(range.replace(/^[^0-9]+/, ''))})`
      },
    ],
    [0.1, () => `semver (repeat ${random.pick(['90', '52', '51'])} "1.2.3")`],
    [
      0.1,
      () =>
        `semverCompare (repeat ${random.pick(['130', '128', '64', '33', '32'])} "1 ${random.pick(['|| ', '', ', '])}") "1.2.3"`,
    ],
    [
      0.2,
      () =>
        `(semver "${random.pick(['18446744073709551615.1.1', '1.18446744073709551615.1', '1.1.18446744073709551615'])}").${random.pick(['IncMajor', 'IncMinor', 'IncPatch'])}`,
    ],
    [0.2, () => `semver ${random.pick(['"1.2.3\\n"', '"\\n1.2"', '"1.2.3-a\\xff"', '"1.2.3-é"'])}`],
    [
      0.2,
      () =>
        `semverCompare ${random.pick(['"1.2.3\\n"', '">=1\\n"', '"1.2.3-a\\xff"', '"^1 ||"', '"|| ^1"', '"1.2.3 ,"'])} "1.2.3"`,
    ],
    [7, () => `semverCompare ${JSON.stringify(range(random))} ${JSON.stringify(version(random))}`],
    [2, () => `(semver ${JSON.stringify(version(random))}).${random.pick(METHODS)}`],
    [1, () => `semver ${JSON.stringify(version(random))}`],
    [
      2,
      () =>
        `(semver ${JSON.stringify(version(random))}).${random.pick(['Compare', 'Equal', 'LessThan', 'GreaterThan', 'LessThanEqual', 'GreaterThanEqual'])} (semver ${JSON.stringify(version(random))})`,
    ],
    [1, () => `(semver ${JSON.stringify(version(random))}).${random.pick(['IncMajor', 'IncMinor', 'IncPatch'])}`],
    [
      1,
      () =>
        `(semver ${JSON.stringify(version(random))}).${random.pick(['SetPrerelease', 'SetMetadata'])} ${JSON.stringify(random.pick(['', 'rc.1', '01', 'x y', 'a..b', 'b+c', '-']))}`,
    ],
    [
      1,
      () =>
        `printf "%${random.pick(['v', 's', 'q', 'd', '+v', '#v', 'x', 'T'])}" (semver ${JSON.stringify(version(random))})`,
    ],
    [0.5, () => `toJson (semver ${JSON.stringify(version(random))})`],
  ])()
  return `{{ ${text} }}`
}

function number(random) {
  return random.chance(0.85) ? random.pick(['0', '1', '2', '3', '10']) : random.pick(NUMBERS)
}

function version(random) {
  const parts = Array.from({ length: random.pick([1, 2, 3, 3, 3, 3, 3, 4]) }, () => number(random))
  return `${random.pick(['', '', '', '', 'v', ' ', 'V', 'vv'])}${parts.join('.')}${random.chance(0.35) ? random.pick(WORDS) : ''}${random.chance(0.02) ? ' ' : ''}`
}

function bound(random) {
  const parts = Array.from({ length: random.pick([1, 2, 3, 3, 3]) }, () =>
    random.chance(0.12) ? random.pick(['x', 'X', '*']) : number(random),
  )
  const tail = random.chance(0.2) ? random.pick(WORDS) : ''
  return `${random.pick(OPERATORS)}${random.pick(['', '', '', ' '])}${random.pick(['', '', '', 'v'])}${parts.join('.')}${tail}`
}

function range(random) {
  if (random.chance(0.05))
    return random.pick(['', '*', 'x', 'bogus', '||', '>=', '1.2.3,', ', 1', '1 -2', '1- 2', '  '])
  if (random.chance(0.12)) return `${version(random)} - ${version(random)}`
  let text = bound(random)
  for (let more = random.int(3); more > 0; more--)
    text += random.pick([' ', ', ', ',', ' || ', '||', '  ']) + bound(random)
  return text
}
