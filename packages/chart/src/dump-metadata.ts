import { dump } from '@slipway/yaml'
import type { Dependency, Metadata } from './metadata.ts'

/** Chart.yaml as Helm writes it: keys in order, without what is empty. */
export function dumpMetadata(metadata: Metadata): string {
  const { maintainers, dependencies, deprecated, ...rest } = metadata
  return dump(
    {
      ...withoutEmpty(rest),
      ...(deprecated ? { deprecated } : {}),
      ...(isFilled(maintainers) ? { maintainers: maintainers.map((each) => each && withoutEmpty({ ...each })) } : {}),
      ...(isFilled(dependencies) ? { dependencies: dependencies.map((each) => each && dumpable(each)) } : {}),
    },
    { dialect: 'sigs' },
  )
}

function isFilled<T>(list: readonly T[] | undefined): list is readonly T[] {
  return list !== undefined && list.length > 0
}

/** A dependency with its names in Chart.yaml; the repository is always there. */
export function dumpable(dependency: Dependency): Record<string, unknown> {
  const { name, repository, enabled, importValues, ...rest } = dependency
  return {
    name,
    repository,
    ...withoutEmpty(rest),
    ...(enabled ? { enabled } : {}),
    ...(isFilled(importValues) ? { 'import-values': importValues } : {}),
  }
}

function withoutEmpty(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => !isEmpty(value)))
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
