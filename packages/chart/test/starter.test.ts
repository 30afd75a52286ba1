import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadChart, renderChart, type ValuesInput } from '@slipway/chart'
import { directoryTree } from '@slipway/chart/node'
import { describe, expect, it } from 'vitest'
import { environment, failure, templateOutput } from './helm.ts'

const deploy = fileURLToPath(new URL('../../../starter/deploy', import.meta.url))
const chart = loadChart(directoryTree(deploy), 'chart')
const RELEASED = `image.digest=sha256:${'a'.repeat(64)},image.commit=0123456789012345678901234567890123456789`

function render(name: string, released: boolean, track = false): ReturnType<typeof renderChart> {
  const files = ['values', 'image'].map((each): ValuesInput => {
    const file = `environments/${name}/${each}.yaml`
    return { kind: 'file', file, text: readFileSync(`${deploy}/${file}`, 'utf8') }
  })
  const values: ValuesInput[] = released ? [...files, { kind: 'set', argument: RELEASED }] : files
  return renderChart({ chart, values, release: { name: 'shop', namespace: `shop-${name}` }, environment, track })
}

describe.each(['staging', 'production'])("the starter's chart for %s", (name) => {
  const golden = readFileSync(new URL(`golden/${name}.yaml`, import.meta.url), 'utf8')

  it('renders byte for byte what helm 4 renders', () => {
    expect(templateOutput(render(name, true))).toBe(golden)
  })

  it('renders the same when origins are tracked', () => {
    expect(templateOutput(render(name, true, true))).toBe(golden)
  })

  it('says that nothing was released yet', () => {
    expect(failure(() => render(name, false))).toContain(`no image released to ${name} yet`)
  })
})
