{{/* What is named in more than one place. */}}

{{/* Of everything that is made: the release's name, with fleet-reload in it. Room is left for endings such as -webhook. */}}
{{- define "fleet-reload.name" -}}
{{- if contains "fleet-reload" .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name | trunc 37 | trimSuffix "-" }}-fleet-reload{{ end }}
{{- end }}

{{- define "fleet-reload.account" -}}
{{ .Values.serviceAccount.name | default (include "fleet-reload.name" .) }}
{{- end }}

{{/* Of the replicas: what Deployment, Services, PodDisruptionBudget and NetworkPolicy select. */}}
{{- define "fleet-reload.selector" -}}
app.kubernetes.io/name: fleet-reload
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "fleet-reload.labels" -}}
{{ include "fleet-reload.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* repository@digest, or repository:tag: (list .Values.image .Chart) */}}
{{- define "fleet-reload.image" -}}
{{- $image := index . 0 -}}{{- $chart := index . 1 -}}
{{- if $image.digest }}{{ $image.repository }}@{{ $image.digest }}{{ else }}{{ $image.repository }}:{{ $image.tag | default $chart.AppVersion }}{{ end }}
{{- end }}

{{/* Whose Secrets policies may name, as the operator's option says it: a,b for some namespaces, * for all, nothing for none. */}}
{{- define "fleet-reload.secretsIn" -}}
{{- if .Values.secrets.enabled -}}
{{- range .Values.secrets.namespaces }}{{ if and $.Values.namespaces (not (has . $.Values.namespaces)) }}{{ fail (printf "secrets.namespaces names %s, and namespaces does not" .) }}{{ end }}{{ end -}}
{{ .Values.secrets.namespaces | default .Values.namespaces | join "," | default "*" }}
{{- end }}
{{- end }}
