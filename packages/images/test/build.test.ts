import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { memoryTree } from '@slipway/diag'
import { eventually, temporaryDirectory } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { buildImage, findImage, ImageError, type BuildRequest, type HostImage } from '@slipway/images'
import { folderContext } from './tree.ts'

type Files = Record<string, string>

async function request(files: Files, more: Partial<BuildRequest> = {}): Promise<BuildRequest & { lines: string[] }> {
  const lines: string[] = []
  return {
    context: memoryTree(files),
    dockerfile: 'Dockerfile',
    cacheDirectory: await temporaryDirectory(),
    log: (line) => lines.push(line),
    hostNode: { version: process.version },
    ...more,
    lines,
  }
}

const build = async (files: Files, more: Partial<BuildRequest> = {}): Promise<HostImage> =>
  await buildImage(await request(files, more))

const read = (image: HostImage, path: string): Promise<string> => readFile(join(image.rootfs, path), 'utf8')

async function failure(files: Files, more: Partial<BuildRequest> = {}): Promise<ImageError> {
  const error: unknown = await build(files, more).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ImageError)
  return error as ImageError
}

/** A RUN line that writes what a script prints: `node -e` with a script in double quotes. */
const node = (script: string): string => `RUN node -e "${script}"`

describe('stages and files', () => {
  test('only what the target needs is built, and only what COPY took is in the image', async () => {
    const image = await build({
      Dockerfile: [
        'FROM node:24 AS build',
        'WORKDIR /work',
        'COPY src ./src/',
        node("require('fs').writeFileSync('out.js', 'made')"),
        'FROM node:24 AS never',
        'RUN node missing.js',
        'FROM gcr.io/distroless/nodejs24-debian13:nonroot',
        'WORKDIR /app',
        'COPY --from=build /work/out.js ./',
        'COPY --from=0 /work/src/*.txt texts/',
        'CMD ["out.js"]',
      ].join('\n'),
      'src/a.txt': 'A',
      'src/b.js': 'B',
    })
    expect(await read(image, 'app/out.js')).toBe('made')
    expect(await readdir(join(image.rootfs, 'app/texts'))).toEqual(['a.txt'])
    expect(image.config).toMatchObject({
      entrypoint: ['/nodejs/bin/node'],
      cmd: ['out.js'],
      workingDir: '/app',
      user: '65532',
    })
  })

  test('a stage on an earlier stage inherits files and settings, not arguments', async () => {
    const image = await build({
      Dockerfile: [
        'FROM node:24 AS base',
        'ARG SECRET=x',
        'ENV A=1 B=$SECRET',
        'COPY a /a',
        'LABEL one=1',
        'CMD ["node", "a"]',
        'FROM base',
        'ENV C=$A-${SECRET:-none}',
        'ENTRYPOINT ["node"]',
      ].join('\n'),
      a: 'a',
    })
    expect(await read(image, 'a')).toBe('a')
    expect(image.config.env).toEqual(['A=1', 'B=x', 'C=1-none'])
    expect(image.config.labels).toEqual({ one: '1' })
    expect(image.config.cmd).toEqual([])
  })

  test('.dockerignore, and the one of the Dockerfile itself', async () => {
    const files = {
      Dockerfile: 'FROM scratch\nCOPY . /x/',
      '.dockerignore': '*\n!keep\n!deep/*.txt',
      keep: 'k',
      drop: 'd',
      'deep/a.txt': 'a',
      'deep/a.bin': 'b',
    }
    const image = await build(files)
    expect(await readdir(join(image.rootfs, 'x'), { recursive: true })).toEqual(['deep', 'keep', 'deep/a.txt'])
    const other = await build({ ...files, 'Dockerfile.dockerignore': 'keep' })
    expect((await readdir(join(other.rootfs, 'x'))).sort()).toEqual([
      '.dockerignore',
      'Dockerfile',
      'Dockerfile.dockerignore',
      'deep',
      'drop',
    ])
  })

  test('the destinations of COPY', async () => {
    const image = await build({
      Dockerfile: [
        'FROM scratch',
        'WORKDIR /app',
        'COPY f renamed',
        'COPY f folder/',
        'COPY d into',
        'COPY f d/g ./',
        'COPY ["with space", "/abs/with space"]',
        'COPY f /app/into',
        'COPY --chmod=750 f /bin/tool',
      ].join('\n'),
      f: 'f',
      'd/g': 'g',
      'with space': 's',
    })
    const all = await readdir(image.rootfs, { recursive: true })
    expect(all.sort()).toEqual([
      'abs',
      'abs/with space',
      'app',
      'app/f',
      'app/folder',
      'app/folder/f',
      'app/g',
      'app/into',
      'app/into/f',
      'app/into/g',
      'app/renamed',
      'bin',
      'bin/tool',
    ])
    expect((await stat(join(image.rootfs, 'bin/tool'))).mode & 0o777).toBe(0o750)
  })

  test('a link in the context cannot lead out of the stage', async () => {
    const outside = await temporaryDirectory()
    const folder = await temporaryDirectory()
    await symlink(outside, join(folder, 'link'))
    await symlink('../../../../../../../../..' + outside, join(folder, 'up'))
    await writeFile(join(folder, 'f'), 'f')
    await writeFile(
      join(folder, 'Dockerfile'),
      "FROM node:24\nCOPY . /c\nCOPY f /c/link/f\nCOPY f /c/up/g\nWORKDIR /c/link/w\nRUN node -e \"require('fs').writeFileSync('made', '')\"\n",
    )
    const image = await build({}, { context: folderContext(folder) })
    expect(await readdir(outside)).toEqual([])
    expect(existsSync(join(image.rootfs, outside, 'w/made'))).toBe(true)
  })
})

describe('settings', () => {
  test('all of them', async () => {
    const image = await build(
      {
        Dockerfile: [
          'ARG MAJOR=24',
          'ARG NAME=global',
          'FROM --platform=$BUILDPLATFORM node:${MAJOR}-slim',
          'ARG NAME',
          'ARG OTHER=own',
          'ENV NAME_WAS="$NAME" SINGLE=\'$NAME\' PATH=/app/bin:$PATH',
          'WORKDIR /a',
          'WORKDIR b',
          'USER node',
          'EXPOSE 8080 9000-9001/udp',
          'VOLUME ["/data"]',
          'STOPSIGNAL SIGINT',
          'HEALTHCHECK --interval=1m30s --timeout=500ms --retries=2 CMD curl -f localhost',
          'CMD node main.js $NAME',
        ].join('\n'),
      },
      { args: { OTHER: 'given', UNKNOWN: 'x' } },
    )
    expect(image.config).toEqual({
      entrypoint: ['/usr/local/bin/docker-entrypoint.sh'],
      cmd: ['/bin/sh', '-c', 'node main.js $NAME'],
      env: [
        'NAME_WAS=global',
        'SINGLE=$NAME',
        'PATH=/app/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ],
      workingDir: '/a/b',
      user: 'node',
      labels: {},
      exposed: ['8080/tcp', '9000/udp', '9001/udp'],
      volumes: ['/data'],
      stopSignal: 'SIGINT',
      healthcheck: { test: ['CMD-SHELL', 'curl -f localhost'], intervalNs: 9e10, timeoutNs: 5e8, retries: 2 },
    })
    expect(image.notes.map((note) => note.message)).toContain('Dockerfile declares no ARG UNKNOWN')
  })

  test('arguments on offer count only where they are declared', async () => {
    const withArg = { Dockerfile: 'FROM scratch\nARG TREE=none\nENV TREE=$TREE' }
    const [one, two] = [
      await build(withArg, { offeredArgs: { TREE: '1' } }),
      await build(withArg, { offeredArgs: { TREE: '2' } }),
    ]
    expect([one.config.env, two.config.env, one.id === two.id]).toEqual([['TREE=1'], ['TREE=2'], false])
    const without = { Dockerfile: 'FROM scratch' }
    const [three, four] = [
      await build(without, { offeredArgs: { TREE: '1' } }),
      await build(without, { offeredArgs: { TREE: '2' } }),
    ]
    expect([three.notes, three.id]).toEqual([[], four.id])
  })

  test.each([
    ['node:24-slim', '>=20', 'v22.1.0', 'info', 'Node 22.1.0 of this machine stands for node:24-slim (engines ">=20")'],
    [
      'node:24',
      '^24',
      'v20.19.0',
      'warning',
      `Node 20.19.0 of this machine stands for node:24, but the app's engines "^24" does not accept it`,
    ],
    ['node:lts', undefined, 'v20.19.0', 'info', 'Node 20.19.0 of this machine stands for node:lts'],
    [
      'gcr.io/distroless/nodejs24-debian13@sha256:00',
      undefined,
      'v20.19.0',
      'warning',
      'Node 20.19.0 of this machine stands for gcr.io/distroless/nodejs24-debian13: other major versions',
    ],
  ])('%s with engines %s on %s', async (base, engines, version, severity, message) => {
    const image = await build(
      { Dockerfile: `FROM ${base}`, 'package.json': JSON.stringify({ engines: { node: engines } }) },
      { hostNode: { version } },
    )
    expect(image.notes).toEqual([{ severity, message }])
  })
})

describe('RUN', () => {
  test('sees what the Dockerfile declares, a home of its own, and nothing of this process', async () => {
    process.env['PLANTED_SECRET'] = 'planted'
    const image = await build({
      Dockerfile: [
        'FROM node:24',
        'ARG ONE=1',
        'ENV TWO="two words"',
        'WORKDIR /w',
        'COPY env.mjs .',
        'RUN THREE=3 node env.mjs',
      ].join('\n'),
      'env.mjs': "import fs from 'node:fs'; fs.writeFileSync('env.json', JSON.stringify(process.env))",
    })
    delete process.env['PLANTED_SECRET']
    const env = JSON.parse(await read(image, 'w/env.json')) as Record<string, string>
    const names = Object.keys(env).filter((name) => !name.startsWith('npm_config_'))
    expect(names.sort()).toEqual(['HOME', 'ONE', 'PATH', 'THREE', 'TMPDIR', 'TWO'])
    expect(env).toMatchObject({ ONE: '1', TWO: 'two words', THREE: '3' })
    expect(env['HOME']).not.toBe(process.env['HOME'])
    const everything = (await readdir(image.layout, { recursive: true })).map((path) => join(image.layout, path))
    for (const path of everything) {
      if ((await stat(path)).isFile()) expect((await readFile(path)).includes('planted')).toBe(false)
    }
  })

  test('absolute paths are those of the stage, && ends at the first failure', async () => {
    const image = await build({
      Dockerfile:
        'FROM node:24\nCOPY s.js /tools/s.js\nWORKDIR /out\nRUN node /tools/s.js /out/a && node /tools/s.js --to=/out/b',
      's.js': "const p = process.argv[2].replace('--to=', ''); require('fs').writeFileSync(p, '')",
    })
    expect(await readdir(join(image.rootfs, 'out'))).toEqual(['a', 'b'])
    const error = await failure({
      Dockerfile: 'FROM node:24\nRUN node -e "console.log(\'why\'); process.exit(3)" && node never.js',
    })
    expect([error.code, error.message.split('\n')[0]]).toEqual([
      'IMAGE_RUN_FAILED',
      expect.stringMatching(/^Dockerfile:2:1: RUN node .* ended with exit code 3; its last lines:$/),
    ])
    expect(error.message).toContain('  why')
  })

  test('what a variable holds is in no log and no error', async () => {
    const asked = await request(
      { Dockerfile: 'FROM node:24\nARG TOKEN\nRUN node -e 1 $TOKEN\nRUN node -e "process.exit(1)" $TOKEN' },
      { args: { TOKEN: 'hidden' } },
    )
    const error = (await buildImage(asked).catch((thrown: unknown) => thrown)) as ImageError
    expect(asked.lines[0]).toBe('RUN node -e 1 $TOKEN')
    expect(`${asked.lines.join()} ${error.message}`).not.toContain('hidden')
  })

  test('a gigantic line is cut, and all of it is read', async () => {
    const asked = await request({
      Dockerfile: `FROM node:24\n${node("process.stdout.write('x'.repeat(5e6) + '\\nend')")}`,
    })
    await buildImage(asked)
    const [, ...lines] = asked.lines
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(200_000)
    expect([lines.join('').length, lines.at(-1)]).toEqual([5e6 + 3, 'end'])
  })

  test('a program that was installed globally is found in the stage, not on the host', async () => {
    const image = await build({
      Dockerfile: [
        'FROM node:24',
        'WORKDIR /w',
        'COPY tool /tool/',
        'RUN npm install --global --install-links /tool && pnpm made',
      ].join('\n'),
      'tool/package.json': JSON.stringify({ name: 'pnpm', version: '1.0.0', bin: { pnpm: 'pnpm.js' } }),
      'tool/pnpm.js': "#!/usr/bin/env node\nrequire('fs').writeFileSync(process.argv[2], __filename)",
    })
    expect(existsSync(join(image.rootfs, 'usr/local/bin/pnpm'))).toBe(true)
    expect(await read(image, 'w/made')).toContain('usr/local/lib/node_modules/pnpm/pnpm.js')
  })

  test('cache mounts are accepted, bind mounts come and go', async () => {
    const image = await build({
      Dockerfile: [
        'FROM node:24',
        'WORKDIR /w',
        'RUN --mount=type=cache,target=/root/.npm --mount=type=bind,source=in.txt,target=in.txt \\',
        "    node -e \"const f = require('fs'); f.writeFileSync('out', f.readFileSync('in.txt'))\"",
      ].join('\n'),
      'in.txt': 'bound',
    })
    expect(await readdir(join(image.rootfs, 'w'))).toEqual(['out'])
    expect(await read(image, 'w/out')).toBe('bound')
  })

  test.each([
    ['RUN rm -rf /', 'RUN rm'],
    ['RUN touch /etc/x', 'RUN touch'],
    ['RUN npm ci && rm -rf /', 'RUN rm'],
    ['RUN npm ci; rm -rf /', "';' needs a shell"],
    ['RUN npm ci&rm -rf /', "'&' needs a shell"],
    ['RUN npm run a > /etc/x', "'>' needs a shell"],
    ['RUN npm run a | sh', "'|' needs a shell"],
    ['RUN node $(rm x)', "'(' needs a shell"],
    ['RUN node "$(rm x)"', "'$(' needs a shell"],
    ['RUN node `rm x`', "'`' needs a shell"],
    ['RUN node *.js', "'*' needs a shell"],
    ['RUN ["sh", "-c", "rm"]', 'RUN sh'],
    ['RUN A=1', 'RUN A=1'],
    ['RUN /usr/bin/npm ci', 'RUN /usr/bin/npm'],
    ['RUN apt-get update', 'RUN apt-get'],
  ])('%s is refused before anything runs', async (line, message) => {
    const asked = await request({ Dockerfile: `FROM node:24\nRUN node -e "0"\n${line}` })
    const error = (await buildImage(asked).catch((thrown: unknown) => thrown)) as ImageError
    expect(error.code).toBe('IMAGE_RUN_REFUSED')
    expect(error.message).toMatch(/^Dockerfile:3:1: RUN/)
    expect(error.message).toContain(message)
    expect(asked.lines).toEqual([])
  })

  test('a program that is not installed is named', async () => {
    const error = await failure(
      { Dockerfile: 'FROM node:24\nRUN pnpm install' },
      { hostNode: { version: process.version, path: '/nowhere', execPath: '/nowhere/node' } },
    )
    expect([error.code, error.message]).toEqual([
      'IMAGE_RUN_FAILED',
      'Dockerfile:2:1: pnpm is not installed on this machine',
    ])
  })
})

describe('what is refused by name', () => {
  test.each([
    ['FROM python:3', 'IMAGE_BASE', 'Dockerfile:1:1: FROM python:3: this machine cannot stand for that image'],
    [
      'FROM node:24\nCOPY --from=busybox /bin/sh /x',
      'IMAGE_BASE',
      'Dockerfile:2:1: COPY --from=busybox: only stages of this Dockerfile can be copied from',
    ],
    ['FROM scratch\nCOPY gone /x', 'IMAGE_COPY', 'Dockerfile:2:1: gone is not in the build context'],
    [
      'FROM scratch\nCOPY Dockerfile a /x',
      'IMAGE_COPY',
      'Dockerfile:2:1: /x must end with a / to take several sources',
    ],
    [
      'FROM scratch\nADD https://example.org/x /x',
      'IMAGE_INSTRUCTION',
      'Dockerfile:2:1: ADD https://example.org/x is not supported',
    ],
    [
      'FROM scratch\nADD a.tar.gz /x',
      'IMAGE_INSTRUCTION',
      'Dockerfile:2:1: ADD a.tar.gz: archives are not unpacked here',
    ],
    ['FROM scratch\nENV A=${B:?none}', 'IMAGE_INSTRUCTION', 'Dockerfile:2:1: B: none'],
    [
      'FROM scratch\nCOPY --chown=someone Dockerfile /',
      'IMAGE_INSTRUCTION',
      "Dockerfile:2:1: --chown=someone: this user's number is not known",
    ],
    [
      'FROM node:24\nRUN --mount=type=secret,id=x npm ci',
      'IMAGE_INSTRUCTION',
      'Dockerfile:2:1: RUN --mount=type=secret,id=x is not supported',
    ],
    ['FROM scratch\nFOO\nBAR', 'IMAGE_DOCKERFILE', 'Dockerfile:2:1: unknown instruction FOO (and 1 more)'],
  ])('%j', async (dockerfile, code, message) => {
    const error = await failure({ Dockerfile: dockerfile, a: '' })
    expect([error.code, error.message]).toEqual([code, message])
  })

  test('a missing Dockerfile and a missing target', async () => {
    expect((await failure({ a: '' })).message).toBe('there is no Dockerfile in memory')
    const error = await failure({ Dockerfile: 'FROM scratch AS one' }, { target: 'two' })
    expect([error.code, error.hint]).toEqual(['IMAGE_TARGET', 'its stages: one'])
  })
})

describe('the cache', () => {
  const counting = (directory: string): Files => ({
    Dockerfile: 'FROM node:24\nARG WHERE\nCOPY count.js /\nRUN node /count.js $WHERE',
    'count.js': "require('fs').appendFileSync(process.argv[2] + '/count', 'x')",
    '.dockerignore': 'ignored',
    ignored: directory,
  })

  test('equal inputs build once, also at the same time; any other input is another image', async () => {
    const directory = await temporaryDirectory()
    // An argument is no absolute path when it starts with a dot and a slash.
    const where = `./${'../'.repeat(40)}${directory.slice(1)}`
    const asked = await request(counting('1'), { args: { WHERE: where } })
    expect(await findImage(asked)).toBeUndefined()
    const [one, two] = await Promise.all([buildImage(asked), buildImage({ ...asked })])
    const three = await buildImage({ ...asked, context: memoryTree(counting('2')) })
    expect([two, three]).toEqual([one, one])
    expect(await findImage(asked)).toEqual(one)
    expect(await readFile(join(directory, 'count'), 'utf8')).toBe('x')
    const changed = [
      { ...asked, args: { WHERE: where, MORE: '1' } },
      { ...asked, hostNode: { version: 'v20.0.0' } },
      { ...asked, context: memoryTree({ ...counting('1'), 'count.js': '//' }) },
    ]
    const ids = (await Promise.all(changed.map((each) => buildImage(each)))).map((image) => image.id)
    expect(new Set([one.id, ...ids]).size).toBe(4)
  })

  test('the same image has the same digest in another cache, with other file times, under another umask', async () => {
    const files = {
      Dockerfile: 'FROM node:24\nCOPY a /a/b\nWORKDIR /a\nRUN node b\nCMD ["node"]',
      a: "const f = require('fs'); f.mkdirSync('x'); f.writeFileSync('x/y', ''); f.utimesSync('x/y', 1, Math.random() * 1e9)",
    }
    const one = await build(files)
    const mask = process.umask(0o077)
    const two = await build(files).finally(() => process.umask(mask))
    expect([two.id, two.digest]).toEqual([one.id, one.digest])
  })

  test('a cancelled build ends its processes and leaves nothing; another waiting caller still gets the image', async () => {
    const files = {
      Dockerfile: 'FROM node:24\nCOPY wait.js /\nRUN node /wait.js',
      'wait.js': "console.log('waiting ' + process.pid); setTimeout(() => {}, 3000)",
    }
    const alone = new AbortController()
    const asked = await request(files, { signal: alone.signal })
    const result = buildImage(asked).catch((error: unknown) => error)
    const pid = await eventually(() => Number(asked.lines.join().match(/waiting (\d+)/)?.[1] ?? fail()))
    alone.abort()
    expect(await result).toMatchObject({ code: 'IMAGE_CANCELLED' })
    await eventually(() => expect(() => process.kill(pid, 0)).toThrow())
    expect(await readdir(join(asked.cacheDirectory, 'builds'))).toEqual([])
    const first = new AbortController()
    const impatient = buildImage({ ...asked, signal: first.signal }).catch((error: unknown) => error)
    const patient = buildImage({ ...asked, signal: new AbortController().signal })
    first.abort()
    expect(await impatient).toMatchObject({ code: 'IMAGE_CANCELLED' })
    expect((await patient).id).toMatch(/^host-[0-9a-f]{24}$/)
  })

  test('an image without its description is built again', async () => {
    const asked = await request({ Dockerfile: 'FROM scratch' })
    const image = await buildImage(asked)
    await writeFile(join(image.rootfs, '../image.json'), '')
    expect(await buildImage(asked)).toEqual(image)
  })

  test('a cache directory that cannot be written is named', async () => {
    const file = join(await temporaryDirectory(), 'file')
    await writeFile(file, '')
    expect(await failure({ Dockerfile: 'FROM scratch' }, { cacheDirectory: join(file, 'cache') })).toMatchObject({
      code: 'IMAGE_CACHE',
      message: `images cannot be kept in ${file}/cache: it cannot be written`,
      hint: 'make it a folder that you may write, or set XDG_CACHE_HOME to another one',
    })
  })

  test('what a killed build left behind is swept by the next one', async () => {
    const asked = await request({ Dockerfile: 'FROM scratch' })
    await mkdir(join(asked.cacheDirectory, 'builds/999999999-x/stage-0'), { recursive: true })
    await buildImage(asked)
    expect(await readdir(join(asked.cacheDirectory, 'builds'))).toEqual([])
  })
})

function fail(): never {
  throw new Error('not yet')
}
