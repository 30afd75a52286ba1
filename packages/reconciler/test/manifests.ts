/** What the recordings' repositories hold: the same manifests as when they were made. */
export function deployment(
  name: string,
  of: { replicas?: number; image?: string; extra?: string; deadline?: number } = {},
): string {
  const { replicas = 2, image = 'nginx:1.27', extra = '', deadline = 600 } = of
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  progressDeadlineSeconds: ${deadline}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
${extra}      containers:
      - {name: c, image: "${image}", ports: [{containerPort: 8080}]}
`
}

export const service = (name: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: ${name}}, ports: [{port: 80, targetPort: 8080}]}\n`

export const configMap = (name: string, value = '1', annotations = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${annotations}}\ndata: {v: "${value}"}\n`

export function job(name: string, hook: string, policy = 'BeforeHookCreation'): string {
  return `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
  annotations: {argocd.argoproj.io/hook: ${hook}, argocd.argoproj.io/hook-delete-policy: ${policy}}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: c, image: busybox}]
`
}

export const chart: Readonly<Record<string, string>> = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'chart/values.yaml': 'replicas: 1\nimage: nginx\n',
  'chart/templates/d.yaml': deployment('{{ .Release.Name }}')
    .replace('replicas: 2', 'replicas: {{ .Values.replicas }}')
    .replace('"nginx:1.27"', '{{ .Values.image | quote }}'),
  'environments/staging/values.yaml': 'replicas: 2\n',
  'environments/staging/image.yaml':
    'image: nginx@sha256:0000000000000000000000000000000000000000000000000000000000000001\n',
}

export const AUTOMATED = { automated: { prune: true, selfHeal: true } }

/** An Application's spec, as the recordings' scenarios write it. */
export function specOf(
  url: string,
  source: object,
  more: { namespace?: string; syncPolicy?: object; rest?: object } = {},
): object {
  return {
    project: 'default',
    source: { repoURL: url, targetRevision: 'master', ...source },
    destination: { server: 'https://kubernetes.default.svc', namespace: more.namespace ?? 'x' },
    syncPolicy: more.syncPolicy ?? { ...AUTOMATED, syncOptions: ['CreateNamespace=true'] },
    ...more.rest,
  }
}
