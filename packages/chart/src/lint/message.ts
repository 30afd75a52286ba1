/** How bad a finding is; `error` fails the lint. */
export type LintSeverity = 'INFO' | 'WARNING' | 'ERROR'

/** One finding of `helm lint`: its severity, the file that it is about, and the text as Helm prints it. */
export interface LintMessage {
  readonly severity: LintSeverity
  /** The file or folder, as Helm names it. */
  readonly path: string
  readonly text: string
}

/** Collects findings. */
export class LintReport {
  readonly messages: LintMessage[] = []

  /** Adds a finding where there is one; true when there is none. */
  check(severity: LintSeverity, path: string, text: string | undefined): boolean {
    if (text === undefined) return true
    this.messages.push({ severity, path, text })
    return false
  }
}

/** What a piece of work throws, as text; undefined when it works. */
export function problemOf(work: () => void): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
