// What renders charts in the benches.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { load } from './lib.mjs'

const RELEASE = { name: 'rel', namespace: 'default' }

/** `open` makes a chart of files, `render` renders it with a value that differs each time. */
export async function renderer() {
  const { chartFromFiles, renderChart, nodeEnvironment, nodeUnpack } = await load(`
    export { chartFromFiles, renderChart } from '@slipway/chart'
    export { nodeEnvironment, nodeUnpack } from '@slipway/chart/node'
  `)
  const environment = nodeEnvironment({ timeZone: 'UTC' })
  const open = (files) => chartFromFiles(files, { unpack: nodeUnpack })
  const render = (chart, number, track = false) => {
    const values = [{ kind: 'object', label: 'bench', value: { benchmark: number } }]
    return renderChart({ chart, values, release: RELEASE, environment, track, skipSchema: true })
  }
  return { open, render }
}

/** Names and bytes of all files of a folder. */
export function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return { name: relative(folder, path), data: readFileSync(path) }
    })
}
