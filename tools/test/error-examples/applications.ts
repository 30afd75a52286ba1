interface Wanted {
  readonly name?: string
  readonly branch?: string
  /** Lines of the spec, without its indentation. */
  readonly spec?: string
  readonly server?: string
}

/** An Application of the environment `name` that renders the folder `deploy`. */
export function application({ name = 'staging', branch = 'master', spec = '', server }: Wanted = {}): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${name}
  namespace: argocd
spec:
  project: default
  destination:
    server: ${server ?? 'https://kubernetes.default.svc'}
    namespace: ${name}
  source:
    repoURL: https://github.com/acme/shop.git
    targetRevision: ${branch}
    path: deploy
${spec === '' ? '' : `${spec.replaceAll(/^/gm, '  ')}\n`}`
}

/** A file that any Application can deploy. */
export const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata:
  name: greeting
data:
  text: hello
`
