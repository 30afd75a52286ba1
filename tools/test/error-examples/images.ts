import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Diagnostic, memoryTree } from '@slipway/diag'
import { parseDockerfile } from '@slipway/dockerfile'
import { buildImage, type HostImage, startRegistry } from '@slipway/images'
import { onTestFinished } from 'vitest'
import type { Example, Room } from './example.ts'
import type { Place } from './place.ts'

/** Dockerfiles, and what becomes of them. */
export const IMAGES: Room = {
  title: 'images',
  page: 'images',
  examples: [
    parsed('DOCKERFILE_SYNTAX', 'A line that no Dockerfile has, such as a misspelt instruction.', [
      'FROM node:24',
      'COPPY . /app/',
    ]),
    parsed('DOCKERFILE_UNSUPPORTED', 'A heredoc: its lines would need a shell of the image.', [
      'FROM node:24',
      'RUN <<EOF',
      'npm ci',
      'EOF',
    ]),
    parsed('DOCKERFILE_STAGE', 'A stage is named that comes later, or a number that none has.', [
      'FROM node:24',
      'COPY --from=build /work/out.js /app/',
      'FROM node:24 AS build',
    ]),
    built('IMAGE_DOCKERFILE', 'The Dockerfile of an image has an error; each is one of the three above.', [
      'FROM node:24',
      'COPPY . /app/',
    ]),
    built('IMAGE_BASE', 'The base image brings programs that this machine does not have.', [
      'FROM python:3.13',
      'COPY . /app/',
    ]),
    built('IMAGE_RUN_REFUSED', 'A RUN line needs another program than npm, pnpm, yarn or node.', [
      'FROM node:24',
      'RUN apt-get update && apt-get install -y curl',
    ]),
    built('IMAGE_RUN_FAILED', 'A RUN line ends with another exit code than 0.', [
      'FROM node:24',
      'RUN node -e "console.error(\'no tests found\'); process.exit(3)"',
    ]),
    built('IMAGE_COPY', 'COPY names what is not in the folder, or what `.dockerignore` keeps out of it.', [
      'FROM node:24',
      'COPY dist /app/',
    ]),
    built('IMAGE_INSTRUCTION', 'A value that the instruction cannot have.', ['FROM node:24', 'EXPOSE http']),
    built(
      'IMAGE_TARGET',
      'A workflow builds the stage `test`, and there is none of that name.',
      ['FROM node:24 AS build', 'FROM build AS runtime'],
      {
        run: (place, text) => build(place, text, { target: 'test' }),
      },
    ),
    built(
      'IMAGE_CANCELLED',
      '`slipway up` is ended while a RUN line runs.',
      ['FROM node:24', 'RUN node -e "setInterval(() => {}, 1000)"'],
      {
        run: (place, text) => {
          const stop = new AbortController()
          // The line is told of when it starts.
          return build(place, text, { signal: stop.signal, log: () => stop.abort() })
        },
      },
    ),
    built('IMAGE_CACHE', 'The folder for images cannot be made; here there is a file in its way.', ['FROM scratch'], {
      prepare: (place) => writeFileSync(join(place.home, '.cache'), ''),
    }),
    {
      code: 'IMAGE_REGISTRY',
      when: 'The port that the registry of a cluster is to have is taken.',
      masks: [[/127\.0\.0\.1:\d+/, '127.0.0.1:5000']],
      run: async ({ directory }) => {
        const first = await startRegistry({ directory, token: 'secret' })
        onTestFinished(() => first.close())
        await startRegistry({ directory, token: 'secret', port: first.port })
      },
    },
  ],
}

function parsed(code: string, when: string, lines: readonly string[]): Example {
  const run = (_: Place, text: string): readonly Diagnostic[] => parseDockerfile(text, 'Dockerfile').diagnostics
  return { code, when, files: { Dockerfile: lines.join('\n') }, run }
}

function built(code: string, when: string, lines: readonly string[], more: Partial<Example> = {}): Example {
  return { code, when, files: { Dockerfile: lines.join('\n') }, run: (place, text) => build(place, text, {}), ...more }
}

type Settings = Partial<Parameters<typeof buildImage>[0]>

function build(place: Place, dockerfile: string, settings: Settings): Promise<HostImage> {
  return buildImage({
    context: memoryTree({ Dockerfile: dockerfile }),
    dockerfile: 'Dockerfile',
    cacheDirectory: join(place.home, '.cache/slipway/images'),
    log: () => undefined,
    hostNode: { version: process.version },
    ...settings,
  })
}
