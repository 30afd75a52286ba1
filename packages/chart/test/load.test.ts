import { gzipSync } from 'node:zlib'
import { ChartError, demandDependencies, loadChart, loadChartArchive } from '@slipway/chart'
import { nodePack, nodeUnpack } from '@slipway/chart/node'
import { type EntryKind, memoryTree, type SourceTree } from '@slipway/diag'
import { describe, expect, it } from 'vitest'
import { failure, render, templateOutput } from './helm.ts'

const CHART = 'apiVersion: v2\nname: c\nversion: 1.0.0\n'

/** A tar of the given entries, with their types ('0' file, '2' link). */
function tar(entries: readonly (readonly [name: string, text: string, type?: string])[]): Uint8Array {
  const blocks = entries.map(([name, text, type]) => {
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write('0000644\0', 100)
    header.write(`${Buffer.byteLength(text).toString(8).padStart(11, '0')}\0`, 124)
    header.write('        ', 148)
    header.write(type ?? '0', 156)
    header.write('ustar\u000000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512)
    body.write(text)
    return Buffer.concat([header, body])
  })
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
}

/** A tree with symbolic links on top of files. */
function linked(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>>): SourceTree {
  const tree = memoryTree({ ...files, ...links })
  const stat = (path: string): EntryKind | undefined => (Object.hasOwn(links, path) ? 'symlink' : tree.stat(path))
  return { ...tree, stat, readlink: (path) => links[path] }
}

describe('Chart.yaml', () => {
  // As helm 4.3.1 and helm 3.22 give them to a text.
  it.each([
    ['1.23456789', '1.2345679'],
    ['123456789.5', '1.2345679e+08'],
    ['72225e2', '7.2225e+06'],
    ['1e6', '1e+06'],
    ['123456789012.0', '1.2345679e+11'],
    ['-0.0', '-0'],
    ['1_000', '1000'],
    ['7', '7'],
    ['12345678901234567890', '12345678901234567890'],
    ['true', 'true'],
  ])('an appVersion of %s is the text %s', (written, text) => {
    expect(loadChart(memoryTree({ 'Chart.yaml': `${CHART}appVersion: ${written}\n` })).metadata.appVersion).toBe(text)
  })

  it('refuses a version that is none once it is a text', () => {
    const tree = memoryTree({ 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 72445e2\n' })
    expect(failure(() => loadChart(tree))).toBe('validation: chart.metadata.version "7.2445e+06" is invalid')
  })

  const DEPENDENCY = 'dependencies: [{name: d, version: 1.0.0, repository: ""}]\n'
  const VENDORED = 'a chart that nobody declares'
  it.each([
    ['v3', '', 'invalid chart apiVersion'],
    ['v9', '', 'unsupported chart version'],
    ['7', '', 'unsupported chart version'],
    ['v3', DEPENDENCY, 'invalid chart apiVersion'],
    [
      'v3',
      VENDORED,
      "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: unsupported chart dependency type",
    ],
  ])('of apiVersion %s loads, and is not rendered by Helm 4', (apiVersion, more, message) => {
    const text = `apiVersion: ${apiVersion}\nname: c\nversion: 1.0.0\n${more === VENDORED ? '' : more}`
    const vendored = more === '' ? {} : { 'charts/d/Chart.yaml': 'apiVersion: v2\nname: d\nversion: 1.0.0\n' }
    const chart = loadChart(memoryTree({ 'Chart.yaml': text, ...vendored }))
    expect(failure(() => demandDependencies(chart))).toBe(message)
    expect(() => demandDependencies(chart, 'helm3')).not.toThrow()
  })
})

describe('loading a folder', () => {
  it('takes a byte order mark off', () => {
    expect(templateOutput(render({ 'Chart.yaml': `\ufeff${CHART}`, 'templates/a.yaml': '\ufeffa: 1\n' }))).toContain(
      'a: 1',
    )
  })

  it('follows links inside the chart', () => {
    const tree = linked({ 'c/Chart.yaml': CHART, 'c/files/x': 'text' }, { 'c/y': 'files/x' })
    expect(loadChart(tree, 'c').files.map((file) => file.name)).toEqual(['files/x', 'y'])
  })

  it.each([
    ['../outside', 'symbolic link y leaves the chart: ../outside'],
    ['/etc/passwd', 'symbolic link y leaves the chart: /etc/passwd'],
    ['../../../up', 'symbolic link y leaves the chart: ../../../up'],
  ])('refuses a link to %s', (target, message) => {
    const tree = linked({ 'c/Chart.yaml': CHART, outside: 'secret' }, { 'c/y': target })
    expect(failure(() => loadChart(tree, 'c'))).toBe(message)
  })

  it('refuses links in a circle', () => {
    const tree = linked({ 'Chart.yaml': CHART }, { a: 'b', b: 'a' })
    expect(failure(() => loadChart(tree))).toContain('too many links')
  })

  it('names a folder that is missing', () => {
    expect(failure(() => loadChart(memoryTree({}), 'nowhere'))).toBe('path "nowhere" not found')
  })

  it('stops at the limits of size and count', () => {
    const tree = memoryTree({ 'Chart.yaml': CHART, a: 'x'.repeat(1000) })
    expect(failure(() => loadChart(tree, '', { maxSize: 500 }))).toBe('chart is larger than the maximum size 500')
    expect(failure(() => loadChart(tree, '', { maxFiles: 1 }))).toBe('chart has more than 1 files')
  })
})

describe('loading an archive', () => {
  it('reads charts, and charts packaged inside', () => {
    const inner = tar([
      ['s/Chart.yaml', 'apiVersion: v2\nname: s\nversion: 1.0.0\n'],
      ['s/templates/a.yaml', 'inner: 1\n'],
    ])
    const chart = loadChartArchive(tar([['c/Chart.yaml', CHART]]), nodeUnpack)
    expect(chart.name).toBe('c')
    const tree = memoryTree({ 'Chart.yaml': CHART, 'charts/s-1.0.0.tgz': inner })
    expect(loadChart(tree, '', { unpack: nodeUnpack }).dependencies.map((each) => each.name)).toEqual(['s'])
    expect(failure(() => loadChart(tree))).toContain('packaged charts cannot be read here')
  })

  it.each([
    ['c/../../x', 'chart illegally references parent directory'],
    ['c//etc/x', 'chart illegally contains absolute paths'],
    ['x', 'chart illegally contains content outside the base directory: "x"'],
    ['c/C:/x', 'chart contains illegally named files'],
    ['Chart.yaml/x', 'chart yaml not in base directory'],
  ])('refuses the entry %s', (name, message) => {
    expect(failure(() => loadChartArchive(tar([[name, 'x']]), nodeUnpack))).toBe(message)
  })

  it('refuses what is damaged, empty or no archive', () => {
    const whole = tar([['c/Chart.yaml', CHART]])
    expect(failure(() => nodeUnpack(Buffer.from('text')))).toBe('gzip: invalid header')
    expect(failure(() => nodeUnpack(whole.subarray(0, 60)))).toBe('unexpected EOF')
    expect(failure(() => nodeUnpack(tar([])))).toBe('no files in chart archive')
  })

  it('stops an archive that blows up', () => {
    const bomb = gzipSync(Buffer.alloc(130 * 1024 * 1024))
    expect(failure(() => nodeUnpack(bomb))).toBe('decompressed chart is larger than the maximum size 104857600')
  })

  it("knows Helm 3's limit of 5 MiB for each file, and Helm 4 has none", () => {
    const large = 'x'.repeat((5 << 20) + 1)
    const archive = tar([
      ['c/Chart.yaml', CHART],
      ['c/files/big.txt', large],
    ])
    const reason = 'is larger than the maximum file size 5242880'
    expect(failure(() => loadChartArchive(archive, nodeUnpack, 'helm3'))).toBe(
      `decompressed chart file "c/files/big.txt" ${reason}`,
    )
    expect(loadChartArchive(archive, nodeUnpack).files).toHaveLength(1)
    const tree = memoryTree({ 'Chart.yaml': CHART, 'files/big.txt': large })
    expect(failure(() => loadChart(tree, '', { compat: 'helm3' }))).toBe(`chart file "big.txt" ${reason}`)
    expect(loadChart(tree).files).toHaveLength(1)
    const outer = memoryTree({ 'Chart.yaml': CHART, 'charts/c.tgz': archive })
    expect(failure(() => loadChart(outer, '', { unpack: nodeUnpack, compat: 'helm3' }))).toContain(reason)
    const bomb = gzipSync(Buffer.alloc(130 * 1024 * 1024))
    expect(failure(() => nodeUnpack(bomb, 'helm3'))).toBe(
      'decompressed chart is larger than the maximum file size 104857600',
    )
  })

  it('takes a link for an empty file', () => {
    const files = nodeUnpack(tar([['c/l', '', '2']]))
    expect(files.map(({ name, data }) => [name, data.length])).toEqual([['l', 0]])
  })
})

it('says where a broken chart inside of another one is', () => {
  const files = { 'Chart.yaml': CHART, 'charts/s/Chart.yaml': 'name: s\n' }
  expect(() => render(files)).toThrowError(ChartError)
  expect(failure(() => render(files))).toBe(
    'error unpacking subchart s in c: validation: chart.metadata.version is required',
  )
})

it('packs a chart so that it loads as it was', () => {
  const long = `templates/${'deep/'.repeat(30)}a.yaml`
  const files = {
    'Chart.yaml': CHART,
    'values.yaml': '# kept\na: 1\n',
    [long]: 'a: 1\n',
    'crds/x.yaml': 'kind: X\n',
    'charts/s/Chart.yaml': 'apiVersion: v2\nname: s\nversion: 1.0.0\n',
  }
  const packed = nodePack(loadChart(memoryTree(files)), 0)
  expect(packed.name).toBe('c-1.0.0.tgz')
  const chart = loadChartArchive(packed.data, nodeUnpack)
  expect(chart.templates.map((file) => file.name)).toEqual([long])
  expect(chart.dependencies.map((each) => each.name)).toEqual(['s'])
  expect(new TextDecoder().decode(chart.raw.find((file) => file.name === 'values.yaml')?.data)).toBe('# kept\na: 1\n')
})
