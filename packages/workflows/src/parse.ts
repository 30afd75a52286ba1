import type { Diagnostic, SourceRange } from '@slipway/diag'
import { dereference, fieldOf, parseDocuments, toValue, type YamlNode } from '@slipway/yaml'
import type { Data, Job, Step, Workflow } from './types.ts'

/** A workflow, or undefined where the text holds none, with what is wrong about it. */
export interface ParsedWorkflow {
  readonly workflow: Workflow | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads a workflow file. Faults are diagnostics (`WORKFLOW_SYNTAX`, or the YAML reader's own codes); nothing is thrown. */
export function parseWorkflow(text: string, file: string): ParsedWorkflow {
  const { documents, diagnostics } = parseDocuments(text, { dialect: 'kyaml', file })
  const root = documents[0]
  if (diagnostics.some((diagnostic) => diagnostic.severity === 'error')) return { workflow: undefined, diagnostics }
  const jobs = fieldOf(root, 'jobs')
  if (root === undefined || jobs?.kind !== 'map') {
    const message = 'a workflow needs a map of jobs'
    const hint = 'give it jobs: with at least one job in it'
    const range = root?.range === undefined ? {} : { range: root.range }
    return {
      workflow: undefined,
      diagnostics: [...diagnostics, { code: 'WORKFLOW_SYNTAX', severity: 'error', message, hint, ...range }],
    }
  }
  const workflow: Workflow = {
    file,
    name: textOf(fieldOf(root, 'name')) ?? file,
    env: textsOf(fieldOf(root, 'env')),
    events: namesOf(fieldOf(root, 'on')),
    jobs: jobs.entries.map(({ key, value }) => readJob(textOf(key) ?? '', value)),
  }
  return { workflow, diagnostics }
}

function readJob(id: string, node: YamlNode): Job {
  const steps = fieldOf(node, 'steps')
  const matrix = fieldOf(fieldOf(node, 'strategy'), 'matrix')
  return {
    id,
    needs: namesOf(fieldOf(node, 'needs')),
    env: textsOf(fieldOf(node, 'env')),
    uses: textOf(fieldOf(node, 'uses')),
    matrix: matrix === undefined ? undefined : dataOf(matrix),
    steps: steps?.kind === 'seq' ? steps.items.map(readStep) : [],
  }
}

function readStep(node: YamlNode): Step {
  const range: SourceRange | undefined = dereference(node).range
  return {
    id: textOf(fieldOf(node, 'id')),
    uses: textOf(fieldOf(node, 'uses'))?.split('@')[0],
    run: textOf(fieldOf(node, 'run')),
    with: textsOf(fieldOf(node, 'with')),
    env: textsOf(fieldOf(node, 'env')),
    range,
  }
}

/** `on: push`, `on: [push]` and `on: {push: ...}` name the same. */
function namesOf(node: YamlNode | undefined): string[] {
  if (node?.kind === 'seq') return node.items.flatMap((item) => textOf(item) ?? [])
  if (node?.kind === 'map') return node.entries.flatMap(({ key }) => textOf(key) ?? [])
  const single = textOf(node)
  return single === undefined ? [] : [single]
}

function textsOf(node: YamlNode | undefined): Record<string, string> {
  if (node?.kind !== 'map') return {}
  const pairs = node.entries.map(({ key, value }) => [textOf(key) ?? '', textOf(value) ?? ''] as const)
  return Object.fromEntries(pairs)
}

function textOf(node: YamlNode | undefined): string | undefined {
  const target = node === undefined ? undefined : dereference(node)
  return target?.kind === 'scalar' ? target.value : undefined
}

function dataOf(node: YamlNode): Data {
  return toValue(node, { dialect: 'kyaml' }) as Data
}
