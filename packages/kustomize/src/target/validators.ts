import { KustomizeError, failure } from '../errors.ts'
import { formatId } from '../resource/gvk.ts'
import type { ResMap } from '../resource/resmap.ts'
import type { Resource } from '../resource/resource.ts'
import { field } from '../tree/fields.ts'
import type { Node } from '../tree/node.ts'
import type { Step } from './step.ts'

const VALIDATED_BY = 'validated-by'

/** Runs validators, which may look at resources and mark them as seen, but not change them. */
export function runValidators(map: ResMap, validators: readonly Step[]): void {
  for (const { run } of validators) {
    const before = map.resources.map(textOf)
    run(map)
    const shared = map.firstShared()
    if (shared !== undefined) throw validated(`id in self matches ${shared.count} in other; id: ${formatId(shared.id)}`)
    const after = map.resources.map(textWithoutMark)
    if (before.join('---\n') !== after.join('---\n')) throw validated('nodes unequal')
  }
}

function validated(problem: string): KustomizeError {
  return failure(`validator shouldn't modify the resource map: ${problem}`)
}

// What cannot be printed, such as an infinite number, is refused where it is printed; nodes are compared before.
function textOf(resource: Resource): string {
  try {
    return resource.toYaml()
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error
    return JSON.stringify(asRead(resource.node))
  }
}

function asRead(node: Node | undefined): unknown {
  return node === undefined ? null : [node.kind, node.tag, node.value, node.content.map(asRead)]
}

// A validator may leave its mark, but kustomize writes all labels anew to take it out, and then finds those changed that stood in a file.
function textWithoutMark(resource: Resource): string {
  const { labels } = resource
  if (!labels.delete(VALIDATED_BY)) return textOf(resource)
  const map = field(resource.metadata, 'labels')
  if ([...labels.keys()].some((name) => isWritten(field(map, name)))) {
    throw validated('nodes unequal')
  }
  const copy = resource.copy()
  copy.setLabels(labels)
  return textOf(copy)
}

function isWritten(node: Node | undefined): boolean {
  return node?.at !== undefined && (node.maker === undefined || node.maker.kind === 'patch')
}
