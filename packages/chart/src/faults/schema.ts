import { LineIndex, type RelatedPlace, type SourceRange, rangeOf } from '@slipway/diag'
import { type YamlNode, dereference, fieldOf, parseFirst } from '@slipway/yaml'
import type { ChartFiles } from './places.ts'

/** Where the values stand that a schema refuses: in the last values file that has them, else in the chart's defaults. */
export function schemaPlaces(message: string, files: ChartFiles, valueFiles: readonly string[]): RelatedPlace[] {
  const lines = message.split('\n')
  const places: RelatedPlace[] = []
  let scope: readonly string[] = []
  const root = /^([\w.-]+):$/
  const chart = lines.map((line) => root.exec(line)?.[1]).find((name) => name !== undefined)
  for (const line of lines) {
    const name = root.exec(line)?.[1]
    if (name !== undefined) scope = name === chart ? [] : [name]
    const [, pointer, problem] = /^\s*- at '(.*?)': (.+)$/.exec(line) ?? []
    if (pointer === undefined || problem === undefined) continue
    const path = [
      ...scope,
      ...pointer
        .split('/')
        .slice(1)
        .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')),
    ]
    const range = valueRange(path, files, valueFiles)
    if (range !== undefined) places.push({ message: problem, range })
  }
  if (places.length > 0) return places.slice(0, 5)
  const whole = files.line('values.schema.json', /^.*/)
  return whole === undefined || lines.some((line) => line.includes('- at ')) ? [] : [{ message: '', range: whole }]
}

function valueRange(
  path: readonly string[],
  files: ChartFiles,
  valueFiles: readonly string[],
): SourceRange | undefined {
  const defaults = files.textAt(files.pathOf('values.yaml'))
  const texts = valueFiles.map((file) => [file, files.textAt(file)] as const).reverse()
  const layers = [...texts, [files.pathOf('values.yaml'), defaults] as const]
  // A key that is missing is missed in the map around it.
  for (let length = path.length; length > 0; length--) {
    for (const [file, text] of layers) {
      const found = text === undefined ? undefined : keyRange(text, path.slice(0, length))
      if (text !== undefined && found !== undefined) return rangeOf(file, new LineIndex(text), found)
    }
  }
  return undefined
}

function keyRange(text: string, path: readonly string[]): { start: number; end: number } | undefined {
  let node: YamlNode | undefined = parseFirst(text, { dialect: 'sigs' })
  for (const key of path) {
    if (node === undefined) return undefined
    const at: YamlNode = dereference(node)
    node = at.kind === 'seq' ? at.items[Number(key)] : fieldOf(at, key)
  }
  const range = node?.range
  return range === undefined ? undefined : { start: range.start.offset, end: range.end.offset }
}
