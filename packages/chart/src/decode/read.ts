import { load } from '@slipway/yaml'
import type { Dependency, Lock, Maintainer, Metadata } from '../metadata.ts'
import { LOCK, METADATA } from './shapes.ts'
import { decodeInto, type Shape } from './struct.ts'

/** Go's yaml.Unmarshal into a struct: the fields that are there. Throws an Error with Go's text. */
export function unmarshal(shape: Shape, text: string): Record<string, unknown> {
  const { value, problem } = decodeInto(shape, load(text, { dialect: 'sigs', keepsFloats: true }))
  if (problem !== undefined) throw new Error(`error unmarshaling JSON: while decoding JSON: ${problem}`)
  return (value ?? {}) as Record<string, unknown>
}

type Raw = Readonly<Record<string, unknown>>

/** Reads Chart.yaml, or requirements.yaml on top of it. */
export function readMetadata(text: string, base?: Metadata): Metadata {
  const raw = unmarshal(METADATA, text)
  const string = (name: keyof Metadata): string => textOf(raw, name) ?? textOf(base, name) ?? ''
  const list = <T>(name: keyof Metadata): T[] | undefined => (raw[name] ?? base?.[name]) as T[] | undefined
  const dependencies = raw['dependencies'] as (Raw | null)[] | undefined
  const maintainers = raw['maintainers'] as (Raw | null)[] | undefined
  return {
    name: string('name'),
    home: string('home'),
    sources: list('sources'),
    version: string('version'),
    description: string('description'),
    keywords: list('keywords'),
    maintainers: maintainers?.map((each) => (each === null ? null : maintainerOf(each))) ?? base?.maintainers,
    icon: string('icon'),
    apiVersion: string('apiVersion'),
    condition: string('condition'),
    tags: string('tags'),
    appVersion: string('appVersion'),
    deprecated: raw['deprecated'] === true || base?.deprecated === true,
    annotations: (raw['annotations'] as Record<string, string> | undefined) ?? base?.annotations,
    kubeVersion: string('kubeVersion'),
    dependencies: dependencies?.map((each) => (each === null ? null : dependencyOf(each))) ?? base?.dependencies,
    type: string('type'),
  }
}

/** Reads Chart.lock or requirements.lock. */
export function readLock(text: string): Lock {
  const raw = unmarshal(LOCK, text)
  const dependencies = raw['dependencies'] as (Raw | null)[] | undefined
  return {
    generated: textOf(raw, 'generated') ?? '',
    digest: textOf(raw, 'digest') ?? '',
    dependencies: dependencies?.map((each) => (each === null ? null : dependencyOf(each))),
  }
}

function maintainerOf(raw: Raw): Maintainer {
  return { name: textOf(raw, 'name') ?? '', email: textOf(raw, 'email') ?? '', url: textOf(raw, 'url') ?? '' }
}

function dependencyOf(raw: Raw): Dependency {
  const text = (name: string): string => textOf(raw, name) ?? ''
  return {
    name: text('name'),
    version: text('version'),
    repository: text('repository'),
    condition: text('condition'),
    tags: (raw['tags'] as (string | null)[] | undefined)?.map((tag) => tag ?? ''),
    enabled: raw['enabled'] === true,
    importValues: raw['import-values'] as unknown[] | undefined,
    alias: text('alias'),
  }
}

function textOf(raw: object | undefined, name: string): string | undefined {
  const value = raw === undefined ? undefined : (raw as Raw)[name]
  return typeof value === 'string' ? value : undefined
}
