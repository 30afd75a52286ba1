// Reads the package table of ARCHITECTURE.md and fails on an import that it does not allow.
import { filesBelow, packages, read, report } from './lib.mjs'

const ROW = /^\| (\d) \| `([a-z]+)` \| .* \| ([^|]*)\|$/

/** Package -> its row and what it may import; `*` means every package of an earlier row. */
export function tableOf(text) {
  const rows = text.split('\n').flatMap((line) => {
    const match = ROW.exec(line)
    return match === null ? [] : [{ row: Number(match[1]), name: match[2], allowed: match[3].trim() }]
  })
  return new Map(
    rows.map(({ row, name, allowed }) => {
      const names =
        allowed === '*'
          ? rows.filter((other) => other.row < row).map((other) => other.name)
          : [...allowed.matchAll(/`([a-z]+)`/g)].map((match) => match[1])
      return [name, { row, allowed: new Set([...names, ...(name === 'diag' ? [] : ['diag'])]) }]
    }),
  )
}

/** The entries of a package beside its main one: `./node` for what needs Node. */
function entriesOf(name) {
  return new Set(Object.keys(JSON.parse(read(`packages/${name}/package.json`)).exports))
}

/** The faults of one source file. */
export function faultsOf(path, text, { name, table }) {
  const entry = table.get(name)
  if (entry === undefined) return [`${path}: package ${name} is not in ARCHITECTURE.md's table; add its row`]
  const imported = [...text.matchAll(/(?:from|import)\s*\(?\s*'(@slipway\/[^']+|(?:\.\.\/)+[^']*)'/g)].map(
    (match) => match[1],
  )
  return imported.flatMap((specifier) => {
    if (specifier.startsWith('.')) {
      const depth = path.split('/').length - 4
      const up = specifier.split('/').filter((part) => part === '..').length
      return up > depth ? [`${path}: ${specifier} leaves the package; import its entry`] : []
    }
    const [, other = '', deep] = specifier.split('/')
    if (deep !== undefined && !entriesOf(other).has(`./${deep}`))
      return [`${path}: deep import ${specifier}; import @slipway/${other}`]
    if (other === name || entry.allowed.has(other)) return []
    return [`${path}: ${name} (row ${entry.row}) may not import ${other}; see the table in ARCHITECTURE.md`]
  })
}

if (process.argv[1]?.endsWith('check-layers.mjs')) {
  const table = tableOf(read('ARCHITECTURE.md'))
  const faults = packages().flatMap((name) =>
    filesBelow(`packages/${name}/src`, '.ts').flatMap((path) => faultsOf(path, read(path), { name, table })),
  )
  report('layers', faults, `${table.size} packages as the table says`)
}
