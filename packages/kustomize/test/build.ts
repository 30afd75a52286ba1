import { spawnSync } from 'node:child_process'
import { memoryTree } from '@slipway/diag'
import { type BuildOptions, type BuildResult, KustomizeError, buildKustomization, renderObjects } from '../src/index.ts'

export type Files = Readonly<Record<string, string>>

const ORACLE = process.env['KUSTOMIZE_ORACLE']

/** Builds files in memory; where `KUSTOMIZE_ORACLE` names the oracle of conformance/kustomize, what it prints must be the same. */
export function build(files: Files, target = ''): string {
  const text = renderObjects(result(files, target).objects)
  if (ORACLE !== undefined) agree(files, target, text)
  return text
}

export function result(files: Files, target = '', options: BuildOptions = {}): BuildResult {
  return buildKustomization(memoryTree(files, '/'), target, options)
}

/** The error that a build ends with. */
export function failureOf(files: Files, target = '', options: BuildOptions = {}): KustomizeError {
  try {
    result(files, target, options)
  } catch (error) {
    if (error instanceof KustomizeError) return error
    throw error
  }
  throw new Error('the build did not fail')
}

function agree(files: Files, target: string, text: string): void {
  const { stdout } = spawnSync(ORACLE ?? '', { input: `${JSON.stringify({ files, target })}\n`, encoding: 'utf8' })
  const answer = JSON.parse(stdout) as { text: string; error?: string }
  if (answer.text !== text) throw new Error(`real kustomize gives otherwise: ${answer.error ?? answer.text}`)
}

/** A Deployment with one container. */
export function deployment(name: string, image = 'nginx:1'): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
      - name: main
        image: ${image}
`
}

/** A ConfigMap with one key. */
export function configMap(name: string, value = 'v'): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  key: ${value}\n`
}

/** A kustomization of one file `all.yaml`. */
export function single(fields: string, ...documents: readonly string[]): Files {
  return { 'kustomization.yaml': `resources: [all.yaml]\n${fields}`, 'all.yaml': documents.join('---\n') }
}
