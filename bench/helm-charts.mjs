import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const HELPERS = `{{- define "c.name" -}}{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}{{- end }}
{{- define "c.labels" -}}
app.kubernetes.io/name: {{ include "c.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- with .Values.extraLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}
`

const deployment = (name) => `{{- with .Values.${name} }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "c.name" $ }}-${name}
  labels:
    {{- include "c.labels" $ | nindent 4 }}
spec:
  replicas: {{ .replicas | default 1 }}
  template:
    metadata:
      labels: {{- include "c.labels" $ | nindent 8 }}
    spec:
      containers:
        - name: ${name}
          image: {{ printf "%s:%s" .image.repository (.image.tag | default $.Chart.AppVersion) | quote }}
          {{- if .args }}
          args:
            {{- range $index, $arg := .args }}
            - {{ $arg | quote }}
            {{- end }}
          {{- end }}
          resources:
            {{- toYaml .resources | nindent 12 }}
          env:
            {{- range $key, $value := .env }}
            - name: {{ $key | upper }}
              value: {{ tpl $value $ | quote }}
            {{- end }}
{{- end }}
---
apiVersion: v1
kind: Service
metadata: {name: {{ include "c.name" . }}-${name}}
spec:
  ports:
    - {port: {{ .Values.${name}.port }}}
`

const values = (name) => `${name}:
  replicas: 2
  port: 8080
  image: {repository: registry.invalid/${name}, tag: "1.2.3"}
  args: [--verbose, "--port=8080", --config=/etc/config.yaml]
  resources:
    limits: {cpu: 500m, memory: 256Mi}
    requests: {cpu: 100m, memory: 128Mi}
  env:
    release: "{{ .Release.Name }}"
    mode: production
    region: north
`

/** Charts of 1 to 60 components each in a folder of its own below the given one; their folders. */
export function generateCharts(root) {
  return [1, 2, 3, 5, 8, 12, 18, 25, 40, 60].map((count) => {
    const names = Array.from({ length: count }, (_, index) => `part${index}`)
    const folder = join(root, `components-${count}`)
    const files = {
      'Chart.yaml': `apiVersion: v2\nname: components\nversion: 1.0.0\nappVersion: "2"\n`,
      'values.yaml': `nameOverride: ""\nextraLabels: {team: a}\n${names.map(values).join('')}`,
      'templates/_helpers.tpl': HELPERS,
      ...Object.fromEntries(names.map((name) => [`templates/${name}.yaml`, deployment(name)])),
    }
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    return folder
  })
}
