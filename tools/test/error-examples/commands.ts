import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { openState } from '@slipway/state'
import { onTestFinished } from 'vitest'
import { listenAndForward } from '../../../packages/proxy/src/listener.ts'
import { application, CONFIG_MAP } from './applications.ts'
import type { Room } from './example.ts'
import type { Place } from './place.ts'

const README = { 'README.md': 'A shop.\n' }
const DEPLOYED = { 'argocd/staging.yaml': application(), 'deploy/config.yaml': CONFIG_MAP }

/** `slipway` itself and the machine that it runs on. */
export const COMMANDS: Room = {
  title: 'commands',
  page: 'commands',
  examples: [
    {
      code: 'CLI_NOT_RUNNING',
      when: 'A command that asks the cluster, in a repository whose cluster does not run.',
      beside: README,
      committed: true,
      command: 'slipway status',
    },
    {
      code: 'CLI_NO_KUBECTL',
      when: '`slipway kubectl` on a machine without kubectl.',
      beside: README,
      committed: true,
      prepare: (place) => onlyOnPath(place, 'git'),
      command: 'slipway kubectl get pods',
    },
    {
      code: 'CLI_NOT_THE_DEMO',
      when: '`slipway try` in a repository that has nothing to promote to.',
      beside: DEPLOYED,
      committed: true,
      command: 'slipway try rollout',
    },
    {
      code: 'CLI_OWN_CHART',
      when: '`slipway init` in a repository that has a chart, and nothing that builds its image.',
      files: { 'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n' },
      committed: true,
      command: 'slipway init',
    },
    {
      code: 'CLI_DOCKERFILE',
      when: '`slipway init` beside a `package.json`, without a Dockerfile.',
      files: { 'package.json': '{ "name": "web" }\n' },
      committed: true,
      command: 'slipway init',
    },
    {
      code: 'CLI_REMOTE_URL',
      when: '`slipway init` where `git remote get-url origin` gives `git@example.com:shop.git`, which has no owner.',
      beside: README,
      committed: true,
      prepare: (place) => place.git('remote', 'set-url', 'origin', 'git@example.com:shop.git'),
      command: 'slipway init',
    },
    {
      code: 'CLI_DIRTY',
      when: '`slipway try` in the demo, after `app/main.js` was changed and not committed.',
      beside: { 'app/main.js': "console.log('one')\n" },
      committed: true,
      prepare: (place) => {
        // `npm start` leaves this mark in the demo.
        writeFileSync(join(place.directory, '.git/slipway-starter'), '')
        place.write('app/main.js', "console.log('two')\n")
      },
      command: 'slipway try rollout',
    },
    {
      code: 'CLUSTER_PLATFORM',
      when: '`slipway up` on Windows.',
      beside: DEPLOYED,
      committed: true,
      prepare: () => {
        const { platform } = process
        Object.defineProperty(process, 'platform', { value: 'win32' })
        onTestFinished(() => void Object.defineProperty(process, 'platform', { value: platform }))
      },
      command: 'slipway up --trust',
    },
    {
      code: 'CLUSTER_RUNNING',
      when: '`slipway up` while another terminal has just begun with the same, and its cluster is not up yet.',
      beside: DEPLOYED,
      committed: true,
      prepare: async (place) => {
        const state = await openState(stateDirectoryOf(place))
        onTestFinished(() => state.release())
      },
      masks: [[/process \d+/, 'process 4711']],
      command: 'slipway up --trust',
    },
    {
      code: 'CLUSTER_STATE',
      when: '`slipway up` where the state folder cannot be made; here there is a file in its way.',
      beside: DEPLOYED,
      committed: true,
      prepare: (place) => {
        mkdirSync(join(place.home, '.local'))
        writeFileSync(join(place.home, '.local/state'), '')
      },
      masks: [[/slipway\/[0-9a-f]{16}/g, 'slipway/0123456789abcdef']],
      command: 'slipway up --trust',
    },
    {
      code: 'ENVIRONMENTS_NONE',
      when: 'A repository without an Application.',
      beside: README,
      committed: true,
      command: 'slipway render staging',
    },
    {
      code: 'ENVIRONMENTS_OTHER_REPOSITORY',
      when: '`slipway render` of an environment that another Application deploys to from its own repository.',
      files: {
        'argocd/charts.yaml': application()
          .replace('  name: staging', '  name: charts')
          .replace('acme/shop.git', 'acme/charts.git'),
      },
      beside: DEPLOYED,
      committed: true,
      command: 'slipway render staging',
    },
    {
      code: 'LISTEN',
      when: 'A Service of a cluster that runs gets no port, because other programs listen on all 64 that are tried.',
      masks: [[/\d+ to \d+/, '4000 to 4063']],
      run: async () => listenAndForward(await portsHeld(64), () => undefined),
    },
  ],
}

function onlyOnPath(place: Place, program: string): void {
  const bin = join(place.home, 'bin')
  mkdirSync(bin)
  symlinkSync(execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim(), join(bin, program))
  place.env['PATH'] = bin
}

function stateDirectoryOf(place: Place): string {
  const hash = createHash('sha256').update(join(place.directory, '.git')).digest('hex').slice(0, 16)
  return join(place.env['XDG_STATE_HOME'] ?? '', 'slipway', hash)
}

/** The first of a row of ports that somebody listens on: this test, or who was there before. */
async function portsHeld(count: number): Promise<number> {
  const first = 20_000 + Math.floor(Math.random() * 10_000)
  const servers = Array.from({ length: count }, () => createServer())
  await Promise.all(servers.map((server, index) => held(server, first + index)))
  onTestFinished(() => {
    for (const server of servers) server.close()
  })
  return first
}

function held(server: Server, port: number): Promise<unknown> {
  return new Promise((resolve) => {
    server.once('error', resolve)
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve(port))
  })
}
