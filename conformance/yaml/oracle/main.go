// Answers one JSON line on stdin with one on stdout: what sigs.k8s.io/yaml and go-yaml v3 make of a text or a value.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	yamlv3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

type request struct {
	Op   string `json:"op"`
	Text string `json:"text"`
}

type response struct {
	Out   string `json:"out"`
	Error string `json:"error,omitempty"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var req request
			if err := json.Unmarshal(line, &req); err != nil {
				panic(err)
			}
			encoder.Encode(answer(req))
			out.Flush()
		}
		if err != nil {
			return
		}
	}
}

func answer(req request) (res response) {
	defer func() {
		if r := recover(); r != nil {
			res = response{Error: fmt.Sprintf("panic: %v", r)}
		}
	}()
	var text []byte
	var err error
	switch req.Op {
	case "load-sigs":
		text, err = yaml.YAMLToJSON([]byte(req.Text))
	case "dump-sigs":
		text, err = yaml.JSONToYAML([]byte(req.Text))
	case "load-kyaml":
		text, err = loadV3(req.Text)
	case "dump-kyaml":
		text, err = dumpV3(req.Text, true)
	case "dump-indented":
		text, err = dumpV3(req.Text, false)
	case "nodes-kyaml":
		text, err = nodesV3(req.Text)
	default:
		err = fmt.Errorf("unknown operation %q", req.Op)
	}
	if err != nil {
		return response{Error: err.Error()}
	}
	return response{Out: string(text)}
}

// What RNode.MarshalJSON does with a document that is a map.
func loadV3(text string) ([]byte, error) {
	var value interface{}
	if err := yamlv3.Unmarshal([]byte(text), &value); err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

// What go-yaml v3 writes for a value: with compact lists as kustomize, without as Helm's toYamlPretty.
func dumpV3(text string, compact bool) ([]byte, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value interface{}
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	return encodeV3(withNumbers(value), compact)
}

// Integers where they fit, as a decoder of YAML gives them.
func withNumbers(value interface{}) interface{} {
	switch value := value.(type) {
	case []interface{}:
		for i := range value {
			value[i] = withNumbers(value[i])
		}
	case map[string]interface{}:
		for key := range value {
			value[key] = withNumbers(value[key])
		}
	case json.Number:
		if n, err := strconv.ParseInt(string(value), 10, 64); err == nil {
			return n
		}
		n, _ := value.Float64()
		return n
	}
	return value
}

// Decodes into nodes and writes them again, as kustomize prints a resource's text.
func nodesV3(text string) ([]byte, error) {
	var node yamlv3.Node
	if err := yamlv3.Unmarshal([]byte(text), &node); err != nil {
		return nil, err
	}
	if node.IsZero() {
		return nil, nil
	}
	return encodeV3(&node, true)
}

func encodeV3(value interface{}, compact bool) ([]byte, error) {
	var out bytes.Buffer
	encoder := yamlv3.NewEncoder(&out)
	encoder.SetIndent(2)
	if compact {
		encoder.CompactSeqIndent()
	}
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	err := encoder.Close()
	return out.Bytes(), err
}
