import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { STARTER, starterFiles } from './support/starter.ts'

const read = (path: string): string => readFileSync(join(STARTER, path), 'utf8')

interface Dependabot {
  readonly updates: readonly {
    readonly 'package-ecosystem': string
    readonly directory: string
    readonly 'target-branch': string
    readonly cooldown: { readonly 'default-days': number }
  }[]
}

interface Lock {
  readonly lockfileVersion: number
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly integrity?: string; readonly link?: boolean }>
  >
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

describe('the repository that people copy', () => {
  test('Dependabot keeps actions, npm packages and base images, a week after their release, by way of staging', () => {
    const { updates } = parse(read('.github/dependabot.yml')) as Dependabot
    const found = updates.map((each) => [
      each['package-ecosystem'],
      each.directory,
      each['target-branch'],
      each.cooldown['default-days'],
    ])
    expect(found).toEqual([
      ['github-actions', '/', 'stg', 7],
      ['npm', '/app', 'stg', 7],
      ['docker', '/app', 'stg', 7],
    ])
  })

  test("CODEOWNERS guard the delivery's own files, and name what exists", () => {
    const guarded = read('.github/CODEOWNERS')
      .split('\n')
      .flatMap((line) => /^\/(\S+) @/.exec(line)?.[1] ?? [])
    expect(guarded).toEqual(expect.arrayContaining(['.github/', 'argocd/', 'deploy/environments/production/']))
    for (const path of guarded) expect(existsSync(join(STARTER, path)), path).toBe(true)
  })

  test('every dependency is locked: exact versions, hashes, and a chart that has none', () => {
    const manifest = JSON.parse(read('app/package.json')) as Manifest
    const lock = JSON.parse(read('app/package-lock.json')) as Lock
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/)
      expect(lock.packages[`node_modules/${name}`]?.version).toBe(version)
    }
    for (const [path, entry] of Object.entries(lock.packages))
      if (path) expect(entry.integrity, path).toMatch(/^sha512-/)
    expect(parse(read('deploy/chart/Chart.yaml'))).not.toHaveProperty('dependencies')
  })

  test('what the pipeline writes is where it writes it, with the same digest for chart and overlay', () => {
    for (const environment of ['staging', 'production']) {
      const { image } = parse(read(`deploy/environments/${environment}/image.yaml`)) as {
        image: Record<string, string>
      }
      expect(Object.keys(image)).toEqual(['digest', 'commit'])
      const component = parse(read(`deploy/kustomize/overlays/${environment}/image/kustomization.yaml`)) as {
        images: { name: string; digest: string }[]
      }
      expect(component.images.map(({ name }) => name)).toEqual(['ghcr.io/acme/shop'])
      expect(component.images[0]?.digest).toBe(image['digest'] || `sha256:${'0'.repeat(64)}`)
    }
  })

  test('no Secret with data, no private key, no token in any file', () => {
    for (const path of starterFiles()) {
      const text = read(path)
      expect(text, path).not.toMatch(/-----BEGIN [A-Z ]*PRIVATE KEY|gh[ps]_[A-Za-z0-9]{20,}|^kind: Secret$/m)
    }
  })

  test('bases are pinned to digests that public files name', () => {
    const bases = JSON.parse(readFileSync(new URL('data/bases.json', import.meta.url), 'utf8')) as Record<
      string,
      { source: string; release: string }
    >
    const used = [...read('app/Dockerfile').matchAll(/^FROM (?:--\S+ )?(\S+)/gm)].map((match) => match[1] ?? '')
    expect(used).toEqual(Object.keys(bases))
    for (const [base, { source, release }] of Object.entries(bases)) {
      expect(base).toMatch(/^[a-z0-9./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/)
      expect(release, base).not.toBe('')
      expect(source.length).toBeGreaterThan(10)
    }
    // Node 24 or newer: a line with long-term support.
    for (const base of used) expect(Number(/node(?:js)?:?(\d+)/.exec(base)?.[1])).toBeGreaterThanOrEqual(24)
  })
})
