// Fails on an export of a package's entry whose declaration has no doc comment, or one that only repeats its name.
import { dirname, join, normalize } from 'node:path'
import { existsSync } from 'node:fs'
import { packages, read, report, ROOT } from './lib.mjs'

/** The names that an entry exports, each with the file that declares it. */
export function exportsOf(entry, readFile = read) {
  const text = readFile(entry)
  const from = [...text.matchAll(/export (?:type )?\{([^}]*)\} from '(\.[^']+)'/g)].flatMap(([, names, file]) =>
    names
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== '')
      .map((name) => ({ name: name.split(' as ')[0], file: normalize(join(dirname(entry), file)) })),
  )
  const own = [
    ...text.matchAll(/^export (?:abstract |async )*(?:const|function\*?|class|interface|type|let) (\w+)/gm),
  ].map(([, name]) => ({ name, file: entry }))
  return [...from, ...own]
}

/** The doc comment before a declaration; undefined without one, null when the declaration is elsewhere. */
export function commentOf(text, name) {
  const declaration = new RegExp(
    `^export (?:abstract |async |declare )*(?:const|function\\*?|class|interface|type|let) ${name}\\b`,
    'm',
  ).exec(text)
  if (declaration === null) return null
  const before = text.slice(0, declaration.index).trimEnd()
  if (!before.endsWith('*/')) return undefined
  return before.slice(before.lastIndexOf('/**')).replaceAll(/[/*]/g, ' ').replaceAll(/\s+/g, ' ').trim()
}

function faultsOf(name) {
  const entry = `packages/${name}/src/index.ts`
  if (!existsSync(join(ROOT, entry))) return [`packages/${name}: no src/index.ts`]
  return exportsOf(entry).flatMap(({ name: exported, file }) => {
    const comment = commentOf(read(file), exported)
    if (comment === null) return []
    if (comment === undefined) return [`${file}: ${exported} has no doc comment; say what it is, its units and errors`]
    const words = comment.toLowerCase().replaceAll(/[^a-z]/g, '')
    return words === exported.toLowerCase() || comment.split(' ').length < 3
      ? [`${file}: the doc comment of ${exported} says no more than its name`]
      : []
  })
}

if (process.argv[1]?.endsWith('check-docs.mjs')) {
  const names = packages().filter((name) => name !== 'cli')
  report('docs', names.flatMap(faultsOf), `${names.length} package entries documented`)
}
