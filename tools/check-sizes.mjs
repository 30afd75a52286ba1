// Fails on files over 500 lines, functions over 100 lines, and on too many files under 15 lines.
import { filesBelow, packages, read, report } from './lib.mjs'

const FILE = 500
const FUNCTION = 100
const SMALL = 15
const SMALL_SHARE = 0.15

/** The faults of a file: its length and that of its functions. Needs no type information. */
export function faultsOf(path, text) {
  const lines = text.split('\n').length - 1
  const faults = lines > FILE ? [`${path}: ${lines} lines; the ceiling is ${FILE}: split it by what it does`] : []
  return [
    ...faults,
    ...functionsOf(text).flatMap(({ line, length }) =>
      length > FUNCTION ? [`${path}:${line}: a function of ${length} lines; the ceiling is ${FUNCTION}`] : [],
    ),
  ]
}

// Functions are found by their braces: formatted code closes a block at the indentation of the line that opened it.
function functionsOf(text) {
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    if (!/(=>|\)(: [^=]+)?) \{$/.test(line) || /^\s*(if|for|while|switch|else|\} else|describe|test)\b/.test(line))
      return []
    const indent = /^\s*/.exec(line)[0]
    const end = lines.findIndex((other, at) => at > index && (other === `${indent}}` || other.startsWith(`${indent}}`)))
    return end < 0 ? [] : [{ line: index + 1, length: end - index + 1 }]
  })
}

if (process.argv[1]?.endsWith('check-sizes.mjs')) {
  const files = packages().flatMap((name) => filesBelow(`packages/${name}/src`, '.ts'))
  const faults = files.flatMap((path) => faultsOf(path, read(path)))
  const small = files.filter((path) => read(path).split('\n').length - 1 < SMALL)
  if (small.length > files.length * SMALL_SHARE)
    faults.push(
      `${small.length} of ${files.length} files have under ${SMALL} lines; at most ${SMALL_SHARE * 100} % may: ${small.join(' ')}`,
    )
  report('sizes', faults, `${files.length} files`)
}
