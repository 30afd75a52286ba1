import { copyJson, gvkOf, isRecord, type KubeObject } from '@slipway/objects'
import { GitOpsError } from '../errors.ts'
import { removeDiffering } from './owned.ts'
import { pointerParts, readPointer, removePointer, writePointer } from './pointer.ts'

/** Which differences do not count: an entry of `spec.ignoreDifferences`. */
export interface IgnoreRule {
  readonly group?: string
  readonly kind: string
  readonly name?: string
  readonly namespace?: string
  readonly jsonPointers?: readonly string[]
  readonly jqPathExpressions?: readonly string[]
  readonly managedFieldsManagers?: readonly string[]
}

/**
 * Checks that the rules can be obeyed. Paths by jq are refused, because a rule that is not obeyed would turn a field that somebody else owns into drift.
 *
 * @throws GitOpsError `GITOPS_JQ_PATH`, `GITOPS_BAD_POINTER`
 */
export function checkIgnoreRules(rules: readonly IgnoreRule[]): void {
  for (const rule of rules) {
    const [path] = rule.jqPathExpressions ?? []
    if (path !== undefined)
      throw new GitOpsError(
        'GITOPS_JQ_PATH',
        `ignoreDifferences of ${rule.kind} names fields by jq ('${path}'), which is not supported`,
        {
          hint: 'name them by jsonPointers or managedFieldsManagers',
        },
      )
    for (const pointer of rule.jsonPointers ?? []) pointerParts(pointer)
  }
}

/** The rules that speak of an object. */
export function rulesFor(rules: readonly IgnoreRule[], object: KubeObject): readonly IgnoreRule[] {
  const { group, kind } = gvkOf(object)
  const { name = '', namespace = '' } = object.metadata
  return rules.filter(
    (rule) =>
      matches(rule.group ?? '', group) &&
      matches(rule.kind, kind) &&
      (rule.name === undefined || rule.name === '' || rule.name === name) &&
      (rule.namespace === undefined || rule.namespace === '' || rule.namespace === namespace),
  )
}

function matches(pattern: string, text: string): boolean {
  return pattern === text || pattern === '*' || (pattern.includes('*') && globOf(pattern).test(text))
}

function globOf(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replaceAll(/[^\w]/g, String.raw`\$&`))
      .join('.*')}$`,
  )
}

/** Takes what the rules ignore out of both sides, in place. `status` never counts. */
export function removeIgnored(sides: { target: KubeObject; live: KubeObject }, rules: readonly IgnoreRule[]): void {
  const { target, live } = sides
  delete target['status']
  delete live['status']
  for (const rule of rulesFor(rules, live)) {
    for (const manager of rule.managedFieldsManagers ?? []) removeOwnedBy(manager, target, live)
    for (const pointer of rule.jsonPointers ?? []) {
      removePointer(target, pointerParts(pointer))
      removePointer(live, pointerParts(pointer))
    }
  }
}

function removeOwnedBy(manager: string, target: KubeObject, live: KubeObject): void {
  for (const entry of live.metadata.managedFields ?? []) {
    if (isRecord(entry) && entry['manager'] === manager && isRecord(entry['fieldsV1']))
      removeDiffering({ fields: entry['fieldsV1'], target, live })
  }
}

/** The desired object with the live values of what the rules ignore, so that a sync leaves them alone (`RespectIgnoreDifferences`). */
export function withLiveIgnored(target: KubeObject, live: KubeObject, rules: readonly IgnoreRule[]): KubeObject {
  const result = copyJson(target)
  for (const rule of rulesFor(rules, live)) {
    for (const pointer of rule.jsonPointers ?? []) {
      const parts = pointerParts(pointer)
      const value = readPointer(live, parts)
      if (value === undefined) removePointer(result, parts)
      else writePointer(result, parts, copyJson(value))
    }
    for (const manager of rule.managedFieldsManagers ?? []) removeOwnedBy(manager, result, copyJson(live))
  }
  return result
}
