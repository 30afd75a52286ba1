// Renderings of charts against Helm's own engine and program, with and without origins. HELM_CHARTS names folders of charts, divided by `:`; without
// it there are ten generated ones. HELM names the program.
import { spawnSync } from 'node:child_process'
import { basename, join } from 'node:path'
import { buildOracle, startOracle } from '../conformance/helm/oracle.mjs'
import { ROOT } from '../tools/lib.mjs'
import { generateCharts } from './helm-charts.mjs'
import { filesUnder, renderer } from './helm-renderer.mjs'
import { percentiles, row, temporary } from './lib.mjs'

const TIMES = 30
const median = (numbers) => percentiles(numbers).p50

export async function run() {
  const ours = await renderer()
  const charts = (process.env.HELM_CHARTS ?? '').split(':').filter((each) => each !== '')
  const folders = charts.length > 0 ? charts : generateCharts(temporary())
  const opened = folders.map((folder) => ({ folder, files: filesUnder(folder) }))
  await againstEngine(ours, opened)
  origins(ours, opened)
  processes(folders)
  memory(folders[0])
}

async function againstEngine(ours, opened) {
  const path = process.env.HELM_ORACLE ?? buildOracle()
  if (path === undefined) return process.stdout.write('helm: no Go here, so no comparison with its engine\n')
  const oracle = startOracle(path)
  for (const parsed of [false, true]) {
    const ratios = []
    for (const { folder, files } of opened) {
      const chart = ours.open(files)
      const mine = timed((number) => ours.render(parsed ? chart : ours.open(files), number))
      const { milliseconds, error } = await oracle.ask({ directory: folder, times: TIMES, parsed })
      if (error !== undefined) throw new Error(`${folder}: ${error}`)
      ratios.push(mine / milliseconds)
      const what = `helm: ${basename(folder)}, ${parsed ? 'loaded' : 'from bytes'}`
      row(what, { ours: mine, unit: 'ms', against: [{ figure: milliseconds, name: "Helm's engine" }] })
    }
    row(`helm: ${parsed ? 'loaded' : 'from bytes'}, median ratio`, { ours: median(ratios), unit: `of Helm's engine` })
  }
  oracle.stop()
}

function timed(work) {
  const times = []
  for (let number = 0; number < TIMES + TIMES / 3; number++) {
    const start = performance.now()
    work(number)
    if (number >= TIMES / 3) times.push(performance.now() - start)
  }
  return median(times)
}

/** Time of the processor, in turns: other work on the machine shall not decide. */
function origins(ours, opened) {
  const ratios = opened.map(({ files }) => {
    const chart = ours.open(files)
    const cost = (count, track) => {
      const before = process.cpuUsage()
      for (let number = 0; number < count; number++) ours.render(chart, number, track)
      const { user, system } = process.cpuUsage(before)
      return (user + system) / count
    }
    for (const track of [false, true]) cost(20, track)
    const count = Math.max(3, Math.ceil(60_000 / cost(5, false)))
    const turns = Array.from({ length: 7 }, () => ({ plain: cost(count, false), tracked: cost(count, true) }))
    return median(turns.map((each) => each.tracked)) / median(turns.map((each) => each.plain))
  })
  row('helm: with origins, median ratio', { ours: median(ratios), unit: 'of without' })
}

function processes(folders) {
  const helm = process.env.HELM ?? 'helm'
  if (spawnSync(helm, ['version']).error !== undefined) {
    return process.stdout.write('helm: no helm here, so no comparison of processes\n')
  }
  const slipway = [process.execPath, join(ROOT, 'packages/cli/dist/bundle/slipway.mjs'), 'helm']
  const ratios = folders.map((folder) => {
    const times = { ours: [], theirs: [] }
    for (let number = 0; number < 5; number++) {
      times.ours.push(spawned([...slipway, 'template', 'rel', folder]))
      times.theirs.push(spawned([helm, 'template', 'rel', folder]))
    }
    return median(times.ours) / median(times.theirs)
  })
  row('helm: process against process, median ratio', { ours: median(ratios), unit: 'of helm' })
}

function spawned([program, ...args]) {
  const start = performance.now()
  const { status, stderr } = spawnSync(program, args, { maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`${args.join(' ')}: ${String(stderr)}`)
  return performance.now() - start
}

/**
 * In a process of its own whose young generation has its full size from the start: by itself it grows by steps of 8 and 16 MiB, some of them late, which would say
 * nothing of what renderings leave behind.
 */
function memory(folder) {
  const flags = ['--expose-gc', '--min-semi-space-size=16', '--max-semi-space-size=16']
  const script = join(ROOT, 'bench/helm-memory.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, script, folder])
  if (status !== 0) throw new Error(`${script}: ${String(stderr)}`)
  const { early, late } = JSON.parse(String(stdout))
  row('helm: resident memory at 10,000 renders', {
    ours: late,
    unit: 'MiB',
    against: [{ figure: early, name: 'that at 1,000' }],
  })
}
