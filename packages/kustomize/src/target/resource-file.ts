import { reworded } from '../errors.ts'
import type { Loader } from '../load/loader.ts'
import { readResources } from '../resource/read.ts'
import type { Resource, ScopeFacts } from '../resource/resource.ts'
import { ResMap } from '../resource/resmap.ts'

/** The resources of a file; its name stands in what YAML says against it. */
export function readFileResources(loader: Loader, path: string, scopes?: ScopeFacts): Resource[] {
  return naming(path, () => readResources({ text: loader.loadText(path), file: loader.fileName(path), scopes }))
}

/** The same with no two of one identity. */
export function readFileMap(loader: Loader, path: string, scopes?: ScopeFacts): ResMap {
  const resources = readFileResources(loader, path, scopes)
  const map = new ResMap()
  naming(path, () => map.appendAll(resources))
  return map
}

function naming<T>(path: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw reworded(error, (message) => withFile(message, path))
  }
}

function withFile(message: string, path: string): string {
  if (/error (?:converting YAML to JSON|unmarshaling JSON)/.test(message)) {
    return `YAML file [${path}] encounters a format error.\n${message}\n`
  }
  if (message.startsWith('yaml: incomplete UTF-8')) return `MalformedYAMLError: ${message} in File: ${path}`
  return message.includes('MalformedYAMLError') ? `${message} in File: ${path}` : message
}
