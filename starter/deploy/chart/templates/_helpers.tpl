{{- define "app.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "app.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "app.labels" -}}
{{ include "app.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Labels of the pods that serve; the smoke test's pods differ by their component, so that no Service selects them. */}}
{{- define "app.serverSelector" -}}
{{ include "app.selector" . }}
app.kubernetes.io/component: server
{{- end -}}

{{- define "app.image" -}}
{{- if not .Values.image.digest -}}
{{- fail (printf "no image released to %s yet: %s" .Values.environment.name .Values.releaseHint) -}}
{{- end -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- end -}}

{{- define "app.replicas" -}}
{{- if .Values.autoscaling.enabled -}}{{ .Values.autoscaling.minReplicas }}{{- else -}}{{ .Values.replicas }}{{- end -}}
{{- end -}}

{{- define "app.secretName" -}}
{{- if .Values.externalSecret.enabled -}}{{ include "app.fullname" . }}-external{{- else -}}{{ .Values.existingSecret }}{{- end -}}
{{- end -}}

{{- define "app.grace" -}}
{{- $t := .Values.termination -}}
{{- $needed := add $t.preStop $t.drain $t.shutdown -}}
{{- if ge (int $needed) (int $t.grace) -}}
{{- fail (printf "termination: preStop + drain + shutdown = %d s must be less than grace = %d s" (int $needed) (int $t.grace)) -}}
{{- end -}}
{{- $t.grace -}}
{{- end -}}

{{- define "app.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "app.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end -}}

{{- define "app.imagePullSecrets" -}}
{{- range .Values.imagePullSecrets }}
- name: {{ . }}
{{- end }}
{{- end -}}
