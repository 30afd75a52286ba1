import type { RenderRequest } from './types.ts'

/** The variables that Argo CD sets for a build, without the `$`. */
export function variablesOf(request: RenderRequest): ReadonlyMap<string, string> {
  const { application, source, revision, namespace } = request
  return new Map([
    ['ARGOCD_APP_NAME', application.name],
    ['ARGOCD_APP_NAMESPACE', namespace],
    ['ARGOCD_APP_PROJECT_NAME', application.project],
    ['ARGOCD_APP_REVISION', revision],
    ['ARGOCD_APP_REVISION_SHORT', revision.slice(0, 7)],
    ['ARGOCD_APP_REVISION_SHORT_8', revision.slice(0, 8)],
    ['ARGOCD_APP_SOURCE_REPO_URL', source.repoURL],
    ['ARGOCD_APP_SOURCE_PATH', source.path ?? ''],
    ['ARGOCD_APP_SOURCE_TARGET_REVISION', source.targetRevision ?? ''],
  ])
}

/** Puts variables into a text, as `$NAME` or `${NAME}`; unknown ones stay as they are. */
export function substitute(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, plain?: string) => {
    const value = variables.get(braced ?? plain ?? '')
    return value ?? whole
  })
}
