/** A Deployment with lists of every kind: of texts, of names, and of ports that share a key. */
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

/** A ConfigMap with texts to cut and to read. */
export const MAP = `apiVersion: v1
kind: ConfigMap
metadata:
  name: map
data:
  k: v
  list: a,b,c
  json: |
    {"a": {"b": "c"}}
`
