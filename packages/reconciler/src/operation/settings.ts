import type { Application, SyncOperation } from '@slipway/argo'
import type { SyncSettings } from '@slipway/gitops'

const CONFIRMED = 'argocd.argoproj.io/deletion-approved'

/** The settings of a sync: of the operation, its options and the words of people that the Application carries. */
export function settingsOf(application: Application, operation: SyncOperation, startedAt: number): SyncSettings {
  const options = operation.syncOptions ?? []
  const has = (option: string): boolean => options.includes(option)
  const { apply, hook } = operation.syncStrategy ?? {}
  const defaultPrune = options.find((option) => option.startsWith('Prune='))?.slice('Prune='.length)
  return {
    prune: operation.prune === true,
    dryRun: operation.dryRun === true,
    // By the strategy alone: Argo CD reads `Force=true` off objects, and not off Applications.
    force: (apply ?? hook)?.force === true,
    replace: has('Replace=true'),
    validate: !has('Validate=false'),
    serverSideApply: has('ServerSideApply=true'),
    ...(has('ClientSideApplyMigration=false') ? {} : { migrateFrom: migratedManager(application) }),
    pruneLast: has('PruneLast=true'),
    applyOutOfSyncOnly: has('ApplyOutOfSyncOnly=true'),
    skipDryRunOnMissingResource: has('SkipDryRunOnMissingResource=true'),
    skipHooks: apply !== undefined || (operation.resources ?? []).length > 0,
    pruneConfirmed: isConfirmed(application, startedAt),
    prunePropagation: propagationOf(options),
    ...(defaultPrune === undefined ? {} : { defaultPrune }),
  }
}

function migratedManager({ metadata }: Application): string {
  return metadata.annotations?.['argocd.argoproj.io/client-side-apply-migration-manager'] || 'kubectl-client-side-apply'
}

function propagationOf(options: readonly string[]): SyncSettings['prunePropagation'] {
  if (options.includes('PrunePropagationPolicy=background')) return 'Background'
  return options.includes('PrunePropagationPolicy=orphan') ? 'Orphan' : 'Foreground'
}

/** True when a person approved deletions after the given time: by the annotation `argocd.argoproj.io/deletion-approved`. */
export function isConfirmed(application: Application, since: number): boolean {
  const approved = Date.parse(application.metadata.annotations?.[CONFIRMED] ?? '')
  return !Number.isNaN(approved) && approved >= since
}
