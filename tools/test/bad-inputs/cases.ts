import { mkdirSync, symlinkSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { tar } from '../../../packages/chart/test/tar.ts'
import { application, CONFIG_MAP } from '../error-examples/applications.ts'
import type { Example } from '../error-examples/example.ts'
import type { Place } from '../error-examples/place.ts'

/** What makes the situation of a row, and the command that is entered. */
export type Case = Omit<Example, 'code' | 'when'> & { readonly command: string }

type Files = Readonly<Record<string, string>>

const CHART = 'apiVersion: v2\nname: shop\nversion: 1.0.0\n'
const RENDER = 'slipway render staging'
const DEPLOYED = { 'argocd/staging.yaml': application(), 'deploy/config.yaml': CONFIG_MAP }
const BOMB = Array.from({ length: 10 }, (_, at) => {
  const items = Array.from({ length: 9 }, () => (at === 0 ? 'x' : `*a${at - 1}`))
  return `a${at}: &a${at} [${items.join(', ')}]\n`
}).join('')
const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'
const MIB = 1024 * 1024
const UPDATE = 'slipway helm dependency update web'

/** By the number of the row: what is entered here gives the code, the place and the exit code that the row says. */
export const CASES: Readonly<Record<number, Case>> = {
  1: charted('valueFiles: [/etc/passwd]'),
  2: charted('valueFiles: ["https://127.0.0.1:9/v.yaml"]'),
  3: charted('valueFiles: [../../../../other-app/values.yaml]'),
  4: charted('valueFiles: [../../shop2/values.yaml]'),
  5: linked({ 'deploy/values.yaml': '/etc/hostname' }),
  6: linked({ 'deploy/x.yaml': '../../secret.yaml' }, {}),
  7: linked({ 'deploy/x.yaml': 'sub/x.txt' }, { 'deploy/sub/x.txt': CONFIG_MAP }),
  8: linked({ 'deploy/a.yaml': 'b.yaml', 'deploy/b.yaml': 'a.yaml' }, {}),
  9: linked({ 'deploy/x.yaml': 'sub/none.yaml' }, { 'deploy/config.yaml': CONFIG_MAP }),
  10: rendered({ 'argocd/staging.yaml': application().replace('path: deploy', `path: ${'x'.repeat(10_000)}`) }),
  11: charted('fileParameters: [{ name: x, path: ../../etc/passwd }]'),
  12: helm({ 'templates/a.yaml': 'a: "{{ .Files.Get "../../x" }}"\n' }),
  19: linked({ 'deploy/templates/a.yaml': '/etc/passwd' }),
  20: helm({ 'Chart.yaml': CHART.replace('shop', '"../../evil"') }),
  21: packed(
    tar([
      ['shop/Chart.yaml', CHART],
      ['shop/../../x', 'x'],
    ]),
  ),
  22: {
    beside: {
      'web/Chart.yaml': depending('file://../sub'),
      'sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.2.3\n',
      target: 'mine',
    },
    prepare: ({ directory }) => symlinkSync('../target', join(directory, 'web/Chart.lock')),
    command: UPDATE,
  },
  46: rendered({ 'deploy/config.yaml': LFS }),
  47: helm({ 'values.yaml': BOMB }),
  51: helm({ 'Chart.yaml': `${CHART}dependencies: [null]\n` }),
  52: {
    prepare: async (place) => place.write('web/Chart.yaml', depending(await served('apiVersion: v1\n'))),
    command: UPDATE,
  },
  53: helm({ 'values.schema.json': '{ "properties": { "a": { "$ref": "file:///dev/zero" } } }\n' }),
  54: helm({}, ' --set a[2147483647]=x'),
  55: helm({}, ` --set ${'a.'.repeat(1000)}a=1`),
  56: packed(gzipSync(Buffer.alloc(130 * MIB))),
  58: rendered({
    'deploy/a.yaml': `${CONFIG_MAP}# ${'x'.repeat(6 * MIB)}\n`,
    'deploy/b.yaml': `${CONFIG_MAP}# ${'x'.repeat(6 * MIB)}\n`,
  }),
  60: helm({ 'templates/a.yaml': '{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}' }),
  61: helm({ 'templates/a.yaml': '{{ tpl .Values.t . }}', 'values.yaml': 't: "{{ tpl .Values.t . }}"\n' }),
  62: helm({ 'templates/a.yaml': '{{ repeat 1000000000 "x" }}' }),
  64: helm({ 'templates/a.yaml': 'a: {{ regexMatch "^(a+)+$" (print (repeat 40 "a") "!") }}\n' }),
  65: helm({ 'templates/a.yaml': 'a: "{{ getHostByName "secret.invalid" }}"\n' }),
  66: helm({ 'templates/a.yaml': '{{ env "HOME" }}' }),
  67: helm({ 'templates/a.yaml': 'a: {{ lookup "v1" "Secret" "kube-system" "x" | toJson }}\n' }),
  68: helm({ 'templates/a.yaml': 'a: "{{ range $k, $v := .Files.Glob "../**" }}{{ $k }}{{ end }}"\n' }),
  70: built('a: 9007199254740993\n'),
  73: built('', '- - {kind: X}\n'),
  74: built('', 'kind: X\nmetadata: {}\n'),
  111: helm({ 'templates/a.yaml': '{{ fail "no good" }}', 'values.yaml': 'password: hidden-token-123\n' }),
  140: {
    beside: DEPLOYED,
    committed: true,
    prepare: ({ env, home }) => {
      env['XDG_STATE_HOME'] = readOnlyFolder(home)
    },
    command: 'slipway up --trust',
  },
  147: entered('slipway up'),
  148: entered('slipway frobnicate'),
  149: entered('slipway render staging --bogus'),
  150: entered('slipway render'),
  151: entered('slipway render nowhere'),
  152: entered('slipway rollback nowhere'),
  153: entered('slipway diff staging'),
  154: entered('slipway status --wait soon'),
  155: entered('slipway status -o xml'),
  156: entered('slipway try nothing'),
  157: entered('slipway completion tcsh'),
  158: entered('slipway explain staging configmap/none data.text'),
  159: entered('slipway explain staging configmap/greeting data.none'),
  160: entered('slipway helm template --bogus'),
  161: entered('slipway kustomize build --bogus'),
  208: {
    beside: {
      'argocd/staging.yaml': application(),
      'deploy/Chart.yaml': CHART,
      'deploy/templates/a.yaml': '{{ .Values.a.b }}\n',
    },
    committed: true,
    command: 'slipway render staging',
  },
}

function entered(command: string): Case {
  return { beside: { ...DEPLOYED, 'app/Dockerfile': 'FROM node:24\nRUN npm ci\n' }, committed: true, command }
}

// What may not be written is written by root all the same, but not where the system allows it to nobody.
function readOnlyFolder(home: string): string {
  if (process.getuid?.() === 0) return process.platform === 'linux' ? '/sys' : '/System'
  const folder = join(home, 'state')
  mkdirSync(folder, { mode: 0o500 })
  return folder
}

function rendered(files: Files): Case {
  return { beside: { ...DEPLOYED, ...files }, committed: true, command: RENDER }
}

function charted(helmSource: string): Case {
  const source = `path: deploy\n    helm:\n      ${helmSource}`
  const files = { 'deploy/Chart.yaml': CHART, 'deploy/templates/config.yaml': CONFIG_MAP }
  return {
    beside: { ...files, 'argocd/staging.yaml': application().replace('path: deploy', source) },
    committed: true,
    command: RENDER,
  }
}

function linked(links: Files, files: Files = { 'deploy/Chart.yaml': CHART }): Case {
  const prepare = (place: Place): void => {
    for (const [path, target] of Object.entries(links)) {
      const link = join(place.directory, path)
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(target, link)
    }
    place.commit('Link')
  }
  return { beside: { 'argocd/staging.yaml': application(), ...files }, committed: true, prepare, command: RENDER }
}

function helm(files: Files, flags = ''): Case {
  const all = { 'Chart.yaml': CHART, ...files }
  const beside = Object.fromEntries(Object.entries(all).map(([path, text]) => [`web/${path}`, text]))
  return { beside, command: `slipway helm template shop web${flags}` }
}

function packed(archive: Uint8Array): Case {
  return {
    prepare: (place) => place.write('shop-1.0.0.tgz', archive),
    command: 'slipway helm template shop shop-1.0.0.tgz',
  }
}

function built(data: string, resource?: string): Case {
  const text = resource ?? `${CONFIG_MAP}${data.replace(/^/, '  ')}`
  return {
    beside: { 'a/kustomization.yaml': 'resources: [r.yaml]\n', 'a/r.yaml': text },
    command: 'slipway kustomize build a',
  }
}

function depending(repository: string): string {
  return `${CHART}dependencies: [{name: sub, version: 1.2.3, repository: "${repository}"}]\n`
}

async function served(text: string): Promise<string> {
  const server = createServer((_, response) => response.end(text)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
