import { homedir } from 'node:os'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { load, type YamlValue } from '@slipway/yaml'
import type { ParsedFlags } from './flags.ts'
import type { HelmIo } from './io.ts'
import { pathOf } from './values.ts'

/** The namespace of the request: flag, environment, current context, `default`. */
export function namespaceOf(flags: ParsedFlags, io: HelmIo): string {
  const given = flags.text('namespace') || io.env['HELM_NAMESPACE']
  if (given !== undefined && given !== '') return given
  const named = contextNamespace(flags, io)
  return named === undefined || named === '' ? 'default' : named
}

function contextNamespace(flags: ParsedFlags, io: HelmIo): string | undefined {
  const fallback = join(io.env['HOME'] ?? homedir(), '.kube', 'config')
  const file = flags.text('kubeconfig') || io.env['KUBECONFIG'] || fallback
  const config = readYaml(pathOf(file, io))
  const wanted = flags.text('kube-context') || io.env['HELM_KUBECONTEXT'] || config?.['current-context']
  const contexts = (config?.['contexts'] ?? []) as { name?: string; context?: { namespace?: string } }[]
  return contexts.find((each) => each.name === wanted)?.context?.namespace
}

/** A YAML file as data; undefined when it is missing or no map. */
export function readYaml(path: string): Record<string, YamlValue> | undefined {
  try {
    const data = load(readFileSync(path, 'utf8'), { dialect: 'sigs' })
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? data : undefined
  } catch {
    return undefined
  }
}

/** Where Helm keeps the list of repositories and what it fetched from them. */
export function repositoryPaths(flags: ParsedFlags, io: HelmIo): { config: string; cache: string } {
  const home = io.env['HOME'] ?? homedir()
  const cacheHome = io.env['HELM_CACHE_HOME'] ?? join(io.env['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'helm')
  const configHome = io.env['HELM_CONFIG_HOME'] ?? join(io.env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'helm')
  const config = flags.text('repository-config') || io.env['HELM_REPOSITORY_CONFIG']
  const cache = flags.text('repository-cache') || io.env['HELM_REPOSITORY_CACHE']
  return {
    config: pathOf(config ?? join(configHome, 'repositories.yaml'), io),
    cache: pathOf(cache ?? join(cacheHome, 'repository'), io),
  }
}
