import { actionRules } from './actions.ts'
import { readForAudit, type AuditedWorkflow } from './document.ts'
import { permissionRules } from './permissions.ts'
import { scriptRules } from './scripts.ts'
import { triggerRules } from './triggers.ts'

/** What a rule found. */
export interface Finding {
  /** The rule's name; where zizmor has the same rule, by its name. */
  readonly rule: string
  readonly file: string
  /** `jobs.<id>.steps[<n>]`, `jobs.<id>`, or '' for the whole file. */
  readonly place: string
  /** What is wrong, and what to write instead. */
  readonly message: string
}

/** A finding without what the caller knows. */
export type Found = Pick<Finding, 'place' | 'message'>

/** One rule: reads a workflow, touches nothing. */
export type Rule = (workflow: AuditedWorkflow) => readonly Found[]

const RULES: Readonly<Record<string, Rule>> = { ...actionRules, ...permissionRules, ...scriptRules, ...triggerRules }

/** The names of all rules, in order of the alphabet. */
export const AUDIT_RULES: readonly string[] = Object.keys(RULES).sort()

/** What makes a workflow unsafe or dishonest, by the rules of {@link AUDIT_RULES}; nothing for a file that holds no workflow. */
export function auditWorkflow(text: string, file: string): readonly Finding[] {
  const workflow = readForAudit(text, file)
  if (workflow === undefined) return []
  return AUDIT_RULES.flatMap((rule) => (RULES[rule]?.(workflow) ?? []).map((found) => ({ rule, file, ...found })))
}
