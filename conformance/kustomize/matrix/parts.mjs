// The small trees that the matrices fill in.
export const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: main
        image: nginx:1
        args: [a, b, c]
        env:
        - name: ONE
          value: "1"
        - name: TWO
          valueFrom:
            configMapKeyRef: {name: map, key: k}
        ports:
        - containerPort: 80
        - containerPort: 80
          protocol: UDP
      - name: side
        image: redis
`
export const MAP =
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map\ndata:\n  k: v\n  list: a,b,c\n  json: |\n    {"a": {"b": "c"}}\n'
export const BINDING =
  'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n  name: bind\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: role\n'
export const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata:\n  name: svc\nspec:\n  selector: {app: web}\n  ports:\n  - port: 80\n'
export const of = (kustomization, ...documents) => ({
  'kustomization.yaml': `resources: [all.yaml]\n${kustomization}`,
  'all.yaml': documents.join('---\n'),
})
export const ODD = ['~', '""', '{}', '[]', '1', 'true', 'text', '{a: b}', '[x]']

// A merge patch for the Deployment with a value at a path; `[main]` is the item of that name.
export function nested(path, value) {
  const keys = path.split('.')
  const inner = keys.reduceRight((below, key) => {
    if (key.startsWith('[')) return `[{name: ${key.slice(1, -1)}, ${below.replace(/^\{/, '').replace(/\}$/, '')}}]`
    return `{${key}: ${below}}`
  }, value)
  const metadata = path.startsWith('metadata') ? '' : '\n'
  const body = inner.replace(/^\{/, '').replace(/\}$/, '')
  if (path === 'metadata')
    return `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, ...}\n`.replace(
      ', ...',
      value.startsWith('{') && value !== '{}' ? `, ${value.slice(1, -1)}` : '',
    )
  if (path.startsWith('metadata.'))
    return `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, ${path.slice(9)}: ${value}}\n`
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}${metadata}${body}\n`
}
