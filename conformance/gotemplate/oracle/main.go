// Command oracle executes templates with Go's own text/template, sprig and Helm's engine, for comparison with ours.
//
// It reads one JSON case a line and prints one JSON result a line. All texts are base64 so that bytes survive.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"helm.sh/helm/v4/pkg/engine"
)

type testCase struct {
	ID int `json:"id"`
	// Files are parsed in order; the last one is executed.
	Files      [][2]string     `json:"files"`
	Data       json.RawMessage `json:"data"`
	MissingKey string          `json:"missingkey"`
	// Functions: "" for Go's own only, "sprig" for sprig's as Helm uses them, "helm" for those of Helm's engine.
	Functions string `json:"functions"`
}

type result struct {
	ID     int     `json:"id"`
	Output *string `json:"output,omitempty"`
	// Tree is the last file as Go's parser prints it.
	Tree  *string `json:"tree,omitempty"`
	Error *string `json:"error,omitempty"`
	// Told is what Helm makes of the error.
	Told *string `json:"told,omitempty"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	encoder := json.NewEncoder(out)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			encoder.Encode(run(line))
			if in.Buffered() == 0 {
				out.Flush()
			}
		}
		if err != nil {
			out.Flush()
			return
		}
	}
}

func run(line []byte) (res result) {
	var c testCase
	if err := json.Unmarshal(line, &c); err != nil {
		fmt.Fprintln(os.Stderr, "bad case:", err)
		os.Exit(1)
	}
	res.ID = c.ID
	defer func() {
		if r := recover(); r != nil {
			res.Error = text(fmt.Sprintf("panic: %v", r))
			res.Output = nil
		}
	}()
	output, err := execute(c, &res)
	if err != nil {
		res.Error = text(err.Error())
		return res
	}
	res.Output = text(output)
	return res
}

func execute(c testCase, res *result) (string, error) {
	set := newSet(c)
	name := ""
	for _, file := range c.Files {
		name = file[0]
		if _, err := set.New(name).Parse(decode(file[1])); err != nil {
			return "", told(c, res, err, cleanupParseError(name, err))
		}
	}
	if one := set.Lookup(name); one != nil && one.Tree != nil {
		res.Tree = text(one.Tree.Root.String())
	}
	var buf bytes.Buffer
	err := set.ExecuteTemplate(&buf, name, decodeValue(c.Data))
	if err != nil {
		return "", told(c, res, err, reformatExecErrorMsg(name, err))
	}
	return buf.String(), nil
}

func told(c testCase, res *result, err, words error) error {
	if c.Functions == "helm" {
		res.Told = text(words.Error())
	}
	return err
}

func newSet(c testCase) *template.Template {
	set := template.New("gotpl")
	if c.MissingKey != "" {
		set.Option("missingkey=" + c.MissingKey)
	}
	if c.Functions == "helm" {
		initFunMap(engine.Engine{Strict: c.MissingKey == "error"}, context.Background(), set)
		return set
	}
	return set.Funcs(functions(c.Functions))
}

func functions(kind string) template.FuncMap {
	if kind == "" {
		return template.FuncMap{}
	}
	funcs := sprig.TxtFuncMap()
	delete(funcs, "env")
	delete(funcs, "expandenv")
	funcs["getHostByName"] = func(string) string { return "" }
	return funcs
}

func text(s string) *string {
	e := base64.StdEncoding.EncodeToString([]byte(s))
	return &e
}

func decode(s string) string {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}
