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

/** A template about versions and ranges. */
export function semver(random) {
  const text = random.weighted([
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
