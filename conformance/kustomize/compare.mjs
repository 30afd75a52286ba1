import { parseAllDocuments } from 'yaml'

/** Says how two answers differ: `bytes`, `objects`, `differs`, `one fails` or `both fail`. */
export function compareAnswers(real, ours) {
  if (!real.ok && !ours.ok) return 'both fail'
  if (real.ok !== ours.ok) return 'one fails'
  if (real.text === ours.text) return 'bytes'
  return sameObjects(real.text, ours.text) ? 'objects' : 'differs'
}

function sameObjects(a, b) {
  const values = (text) =>
    JSON.stringify(
      parseAllDocuments(text).map((each) => each.toJS()),
      sortKeys,
    )
  return values(a) === values(b)
}

function sortKeys(_key, value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The first line in which two texts differ, with what stands before it. */
export function firstDifference(a, b) {
  const [left, right] = [a.split('\n'), b.split('\n')]
  const at = left.findIndex((line, index) => line !== right[index])
  const line = at < 0 ? left.length : at
  return [
    `line ${line + 1}`,
    `  real: ${left.slice(Math.max(0, line - 2), line + 3).join('\n        ')}`,
    `  ours: ${right.slice(Math.max(0, line - 2), line + 3).join('\n        ')}`,
  ].join('\n')
}

/** A message as it would be of files on disk: the file system in memory has other words for what is not there. */
export function onDisk(message) {
  return message.replace(
    /'([^']*)' doesn't exist/g,
    (_, path) => `evalsymlink failure on '${path}' : lstat ${path}: no such file or directory`,
  )
}

/** Whether two messages name the same fault: their last parts do, those before it are the way to it; what a message quotes of objects is not compared. */
export function sameClass(real, ours) {
  const last = (message) =>
    message
      .trim()
      .replace(/ID conflict: \[.*/s, 'ID conflict')
      .replace(/nodes unequal.*/s, 'nodes unequal')
      // Lines of a text that the real tool writes and reads back, where ours tells those of the file.
      .replace(/(?:: )?line \d+: (mapping key "[^"]*" already defined) at line.*/s, ': $1')
      .split(': ')
      .at(-1)
  return real === ours || last(real) === last(ours) || real.includes(last(ours))
}
