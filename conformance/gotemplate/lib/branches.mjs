import { readFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from '@babel/parser'
import { convert } from 'ast-v8-to-istanbul'

/** Counts which branches of a module run from now on; `stop` gives them by source file. */
export async function startBranches(file) {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return { stop: () => stop(session, file) }
}

async function stop(session, file) {
  const { result } = await session.post('Profiler.takePreciseCoverage')
  const url = pathToFileURL(file).href
  const coverage = result.find((each) => each.url === url)
  const code = readFileSync(file, 'utf8')
  const sourceMap = JSON.parse(readFileSync(`${file}.map`, 'utf8'))
  const ast = parse(code, { sourceType: 'module', plugins: ['estree'] }).program
  const data = await convert({ ast, code, wrapperLength: 0, coverage, sourceMap })
  return Object.entries(data).map(([path, found]) => summary(resolve(dirname(file), path), found))
}

function summary(path, { b, branchMap }) {
  const arms = Object.entries(b).flatMap(([id, hits]) => hits.map((hit, at) => ({ hit, at, ...branchMap[id] })))
  const missed = arms.filter(({ hit }) => hit === 0)
  return {
    path,
    total: arms.length,
    covered: arms.length - missed.length,
    missed: missed.map(
      ({ type, at, locations, loc }) => `${locations[at]?.start?.line ?? loc.start.line} ${type} ${at}`,
    ),
  }
}

/** Sums of the files of each package, and the lines of what was missed. */
export function branchReport(files, packages) {
  return packages.map((name) => {
    const own = files.filter(({ path }) => path.includes(`/packages/${name}/src/`))
    const total = own.reduce((sum, file) => sum + file.total, 0)
    const covered = own.reduce((sum, file) => sum + file.covered, 0)
    const missed = Object.fromEntries(
      own
        .filter((file) => file.missed.length > 0)
        .map((file) => [file.path.replace(/^.*\/src\//, ''), file.missed.join(', ')]),
    )
    return { name, total, covered, percent: Math.floor((covered / total) * 1000) / 10, missed }
  })
}
