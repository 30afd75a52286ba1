import { ChartError, type RenderOptions } from '@slipway/chart'
import { describe, expect, it } from 'vitest'
import { render } from './helm.ts'

const META = 'apiVersion: v2\nname: c\nversion: 1.0.0\n'

function codeOf(template: string, limits: NonNullable<RenderOptions['limits']>): string {
  try {
    render({ 'Chart.yaml': META, 'templates/a.yaml': template }, { limits })
  } catch (error) {
    if (error instanceof ChartError) return error.code
    throw error
  }
  return 'none'
}

describe('limits of a rendering', () => {
  it('end loops that run too long', () => {
    expect(codeOf('{{ range until 100000 }}{{ $x := add . 1 }}{{ end }}', { steps: 10_000 })).toBe('CHART_LIMIT')
  })

  it('end output that grows too large', () => {
    expect(codeOf('{{ range until 1000 }}{{ repeat 1000 "x" }}{{ end }}', { output: 10_000 })).toBe('CHART_LIMIT')
  })

  it('end values that grow too large', () => {
    expect(codeOf('{{ repeat 100000000 "x" }}', {})).toBe('CHART_LIMIT')
    expect(codeOf('{{ until 1000000000 }}', {})).toBe('CHART_LIMIT')
  })

  it('end rendering after its time', () => {
    let now = 0
    const clock = (): number => (now += 10)
    expect(codeOf('{{ range until 100000 }}{{ add . 1 }}{{ end }}', { time: 100, clock })).toBe('CHART_LIMIT')
  })

  it('end a storm of keys after its time', () => {
    const limits = { time: 300, clock: () => performance.now() }
    const start = performance.now()
    expect(codeOf('{{ range until 100000 }}{{ genPrivateKey "ecdsa" }}{{ end }}', limits)).toBe('CHART_LIMIT')
    expect(performance.now() - start).toBeLessThan(10_000)
  })

  it('stop templates that include themselves', () => {
    const code = codeOf('{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}', {})
    expect(['CHART_TEMPLATE', 'CHART_LIMIT']).toContain(code)
  })
})
