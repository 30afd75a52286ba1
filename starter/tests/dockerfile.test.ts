import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run, STARTER, tool } from './support/starter.ts'

interface Instruction {
  readonly name: string
  readonly value: string
}

/** What one line of a Dockerfile, without its continuations and comments, asks for. */
function instructions(text: string): Instruction[] {
  return text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ name: (line.split(/\s/)[0] ?? '').toUpperCase(), value: line.replace(/^\S+\s+/, '').trim() }))
}

/** Rules under hadolint's numbers; each gives true for a file that keeps it. `stages`: the instructions from each FROM on. */
const RULES: Readonly<
  Record<string, (all: readonly Instruction[], stages: readonly (readonly Instruction[])[]) => boolean>
> = {
  'DL3000 absolute WORKDIR': (all) => values(all, 'WORKDIR').every((path) => path.startsWith('/')),
  'DL3002 the last USER is not root': (_, stages) =>
    /^[1-9]\d*(:[1-9]\d*)?$/.test(values(stages.at(-1) ?? [], 'USER').at(-1) ?? ''),
  'DL3003 no cd': (all) => values(all, 'RUN').every((run) => !/\bcd\s/.test(run)),
  'DL3004 no sudo': (all) => values(all, 'RUN').every((run) => !/\bsudo\b/.test(run)),
  'DL3006 bases have a tag': (all) => bases(all).every((base) => /^[^@]+:[\w.-]+(@|$)/.test(base)),
  'DL3007 no latest': (all) => bases(all).every((base) => !base.includes(':latest')),
  'DL3008 DL3018 nothing from a package manager of the system': (all) =>
    values(all, 'RUN').every((run) => !/\b(apt|apt-get|apk|yum|dnf)\b/.test(run)),
  'DL3011 valid ports': (all) =>
    values(all, 'EXPOSE').every((ports) =>
      ports.split(/\s+/).every((port) => Number(port) > 0 && Number(port) < 65_536),
    ),
  'DL3012 DL4003 one CMD, no HEALTHCHECK': (all) =>
    values(all, 'CMD').length === 1 && values(all, 'HEALTHCHECK').length === 0,
  'DL3016 npm from the lock file': (all) => values(all, 'RUN').every((run) => !/npm (install|i)\b/.test(run)),
  'DL3020 COPY, not ADD': (all) => values(all, 'ADD').length === 0,
  'DL3021 several sources go to a folder': (all) =>
    values(all, 'COPY').every((copy) => plain(copy).length === 2 || copy.endsWith('/')),
  'DL3022 COPY --from names a stage': (all) => {
    const stages = values(all, 'FROM').map((from) => / AS (\S+)$/i.exec(from)?.[1])
    return values(all, 'COPY').every(
      (copy) => !copy.includes('--from=') || stages.includes(/--from=(\S+)/.exec(copy)?.[1]),
    )
  },
  'DL3024 stages have different names': (all) => {
    const names = values(all, 'FROM').flatMap((from) => / AS (\S+)$/i.exec(from)?.[1] ?? [])
    return new Set(names).size === names.length
  },
  'DL3025 CMD as a list': (all) => values(all, 'CMD').every((cmd) => cmd.startsWith('[') && cmd.endsWith(']')),
  'DL3026 bases from known registries': (all) =>
    bases(all).every((base) => /^(node:|gcr\.io\/distroless\/)/.test(base)),
  'DL3029 no fixed platform': (all) => values(all, 'FROM').every((from) => !/--platform=(?!\$)/.test(from)),
  'DL3044 ENV does not read itself': (all) => values(all, 'ENV').every((env) => !/(\w+)=\S*\$\{?\1\b.*\1=/.test(env)),
  'DL3045 COPY after WORKDIR': (_, stages) =>
    stages.every((stage) => {
      const [workdir, copy] = ['WORKDIR', 'COPY'].map((name) => stage.findIndex((each) => each.name === name))
      return copy === -1 || (workdir !== -1 && (workdir ?? 0) < (copy ?? 0))
    }),
  'DL3048 OCI labels': (all) =>
    values(all, 'LABEL').every((label) => /org\.opencontainers\.image\.source=/.test(label)),
  'DL3059 lists of commands are one RUN': (all) => values(all, 'RUN').length <= 3,
  'DL4000 no MAINTAINER': (all) => values(all, 'MAINTAINER').length === 0,
  'DL4006 no pipe without pipefail': (all) => values(all, 'RUN').every((run) => !run.includes('|')),
  'bases are pinned by digest': (all) => bases(all).every((base) => /@sha256:[0-9a-f]{64}$/.test(base)),
  'the final stage runs no command: it has no shell': (_, stages) => values(stages.at(-1) ?? [], 'RUN').length === 0,
  'no secret in ARG or ENV': (all) =>
    [...values(all, 'ARG'), ...values(all, 'ENV')].every((value) => !/TOKEN|SECRET|PASSWORD|KEY/i.test(value)),
}

const values = (all: readonly Instruction[], name: string): string[] =>
  all.filter((each) => each.name === name).map(({ value }) => value)
const bases = (all: readonly Instruction[]): string[] => values(all, 'FROM').map((from) => plain(from)[0] ?? '')
const plain = (value: string): string[] => value.split(/\s+/).filter((word) => !word.startsWith('--'))

function stagesOf(all: readonly Instruction[]): Instruction[][] {
  const stages: Instruction[][] = []
  for (const each of all) {
    if (each.name === 'FROM') stages.push([])
    stages.at(-1)?.push(each)
  }
  return stages
}

const broken = (text: string): string[] => {
  const all = instructions(text)
  return Object.entries(RULES).flatMap(([rule, keeps]) => (keeps(all, stagesOf(all)) ? [] : [rule.split(' ')[0] ?? '']))
}

const dockerfile = readFileSync(join(STARTER, 'app/Dockerfile'), 'utf8')

describe("the Dockerfile, by hadolint's rules (a Haskell program that npm, Go and Debian do not have)", () => {
  test('keeps all', () => {
    expect(broken(dockerfile)).toEqual([])
  })

  const CHANGES: readonly (readonly [string, string, string])[] = [
    ['WORKDIR /app', 'WORKDIR app', 'DL3000'],
    ['USER 65532:65532', 'USER nonroot', 'DL3002'],
    ['USER 65532:65532', '', 'DL3002'],
    ['RUN npm run build', 'RUN cd x && npm run build', 'DL3003'],
    ['RUN npm run build', 'RUN sudo npm run build', 'DL3004'],
    ['RUN npm run build', 'RUN apt-get install -y curl', 'DL3008'],
    ['node:24-trixie-slim', 'node', 'DL3006'],
    ['node:24-trixie-slim', 'node:latest', 'DL3007'],
    ['EXPOSE 8080 9090', 'EXPOSE 80800', 'DL3011'],
    ['EXPOSE 8080 9090', 'HEALTHCHECK CMD curl localhost', 'DL3012'],
    ['npm ci', 'npm install', 'DL3016'],
    ['COPY src ./src', 'ADD src ./src', 'DL3020'],
    ['package-lock.json ./', 'package-lock.json .', 'DL3021'],
    ['--from=build /app/dist', '--from=builder /app/dist', 'DL3022'],
    ['CMD ["dist/main.js"]', 'CMD node dist/main.js', 'DL3025'],
    ['gcr.io/distroless', 'docker.io/somebody', 'DL3026'],
    ['$BUILDPLATFORM', 'linux/amd64', 'DL3029'],
    ['WORKDIR /app\nCOPY --from', 'COPY --from', 'DL3045'],
    ['org.opencontainers.image.source', 'source', 'DL3048'],
    ['RUN npm run build', 'RUN npm run build\nRUN true', 'DL3059'],
    ['ARG TREE=dev', 'MAINTAINER me', 'DL4000'],
    ['RUN npm run build', 'RUN npm run build | tee log', 'DL4006'],
    [/@sha256:[0-9a-f]{64}/.exec(dockerfile)?.[0] ?? '', '', 'bases'],
    ['USER 65532:65532', 'RUN true\nUSER 65532:65532', 'the'],
    ['ARG TREE=dev', 'ARG NPM_TOKEN', 'no'],
  ]
  test.each(CHANGES)('%j -> %j breaks %s', (from, to, rule) => {
    expect(dockerfile).toContain(from)
    expect(broken(dockerfile.replace(from, to))).toContain(rule)
  })

  const hadolint = tool('hadolint')
  test.skipIf(!hadolint)('hadolint itself (needs it in PATH or PEERS_BIN) has nothing to say', async () => {
    expect(await run(hadolint ?? '', ['app/Dockerfile'])).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  test('the build context holds nothing that the pipeline writes, and .dockerignore lets in only what is copied', () => {
    const ignore = readFileSync(join(STARTER, 'app/.dockerignore'), 'utf8').trim().split('\n')
    expect(ignore[0]).toBe('*')
    const allowed = ignore.slice(1).map((line) => line.replace(/^!/, ''))
    const copied = values(instructions(dockerfile), 'COPY')
      .filter((copy) => !copy.includes('--from'))
      .flatMap((copy) => plain(copy).slice(0, -1))
    expect(copied.sort()).toEqual(allowed.sort())
  })
})
