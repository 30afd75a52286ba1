import { expect, test } from 'vitest'
import { ReadLog } from '../src/render/read-log.ts'
import { rememberRenderings } from '../src/render/remembered.ts'
import { renderFiles } from '../src/render/render.ts'
import type { RenderRequest } from '../src/render/types.ts'
import { chartRequest } from './requests.ts'

const FILES = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'chart/values.yaml': 'text: hello\n',
  'chart/templates/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {text: {{ .Values.text }}}\n',
  'other/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n',
}

function request(label: string, files: Readonly<Record<string, string>>, more: object = {}): RenderRequest {
  const { source, ...rest } = chartRequest({ ...FILES, ...files }, label)
  return { ...rest, source: { ...source, ...more } }
}

/** Texts that the chart rendered to at each commit, and how often it was rendered. */
async function rendered(...requests: readonly RenderRequest[]): Promise<{ texts: unknown[]; times: number }> {
  let times = 0
  const render = rememberRenderings((each) => {
    times++
    return renderFiles(each)
  })
  const texts: unknown[] = []
  for (const each of requests) {
    const { objects } = await render(each)
    texts.push((objects[0]?.object['data'] as { text: unknown } | undefined)?.text)
  }
  return { texts, times }
}

test('a commit to other files renders nothing again', async () => {
  const others = [request('a', {}), request('b', { 'other/map.yaml': 'changed' }), request('c', { 'new/file': '' })]
  expect(await rendered(...others)).toEqual({ texts: ['hello', 'hello', 'hello'], times: 1 })
})

test('a commit to a file that was read renders again, and so does a file that was missing', async () => {
  const values = request('b', { 'chart/values.yaml': 'text: bye\n' })
  expect(await rendered(request('a', {}), values, values)).toEqual({ texts: ['hello', 'bye', 'bye'], times: 2 })
  const template = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Z}\ndata: {text: new}\n'
  const added = request('c', { 'chart/templates/Z.yaml': template })
  expect((await rendered(request('a', {}), added)).times).toBe(2)
})

test('another source, release or set of API versions renders for itself', async () => {
  const plain = request('a', {})
  const set = request('a', {}, { helm: { parameters: [{ name: 'text', value: 'set' }] } })
  const seen = await rendered(plain, set, { ...plain, namespace: 'other' }, { ...plain, apiVersions: ['x/v1'] }, plain)
  expect(seen).toEqual({ texts: ['hello', 'set', 'hello', 'hello', 'hello'], times: 4 })
})

test('a source that names its commit renders at each', async () => {
  const helm = { parameters: [{ name: 'text', value: '$ARGOCD_APP_REVISION' }] }
  const seen = await rendered(request('aaaaaaa', {}, { helm }), request('bbbbbbb', {}, { helm }))
  expect(seen).toEqual({ texts: ['aaaaaaa', 'bbbbbbb'], times: 2 })
})

test.each(['randAlphaNum 5', 'now | unixEpoch', 'genPrivateKey "ed25519" | sha256sum', 'htpasswd "a" "b" | quote'])(
  'what takes from chance or the clock renders at each commit: %s',
  async (expression) => {
    const template = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {text: {{ ${expression} }}}\n`
    const files = { 'chart/templates/a.yaml': template }
    expect((await rendered(request('a', files), request('b', files))).times).toBe(2)
  },
)

test('a failure is met again', async () => {
  const broken = { 'chart/templates/a.yaml': '{{ fail "no" }}' }
  const render = rememberRenderings(renderFiles)
  await expect(render(request('a', broken))).rejects.toThrow('no')
  await expect(render(request('b', broken))).rejects.toThrow('no')
  expect((await render(request('c', {}))).objects).toHaveLength(1)
})

test('a file that can no longer be read is another answer', () => {
  const { tree } = request('a', {})
  const log = new ReadLog(tree)
  log.tree.read('chart/values.yaml')
  expect(log.holdsFor(request('b', {}).tree)).toBe(true)
  const read = (): never => {
    throw new Error('too large')
  }
  expect(log.holdsFor({ ...tree, read })).toBe(false)
})
