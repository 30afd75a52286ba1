package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/Masterminds/semver/v3"
)

// decodeValue builds a Go value from JSON. An object with one key that starts with "$" is a typed value; all other JSON is what
// encoding/json makes of it.
func decodeValue(raw json.RawMessage) any {
	var v any
	if len(raw) == 0 {
		return nil
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		panic(err)
	}
	return build(v)
}

func build(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = build(v[i])
		}
		return v
	case map[string]any:
		if len(v) == 1 {
			for key, arg := range v {
				if key != "" && key[0] == '$' {
					return typed(key, arg)
				}
			}
		}
		for key := range v {
			v[key] = build(v[key])
		}
		return v
	}
	return v
}

func typed(key string, arg any) any {
	s, _ := arg.(string)
	switch key {
	case "$int":
		return int(integer(s))
	case "$int64":
		return integer(s)
	case "$int32":
		return int32(integer(s))
	case "$uint8":
		return uint8(integer(s))
	case "$uint64":
		u, _ := strconv.ParseUint(s, 10, 64)
		return u
	case "$float":
		f, err := strconv.ParseFloat(s, 64)
		if err != nil && !math.IsInf(f, 0) {
			panic(err)
		}
		return f
	case "$bytes":
		b, _ := base64.StdEncoding.DecodeString(s)
		// Without the room that the decoder left behind it.
		return b[:len(b):len(b)]
	case "$text":
		return decode(s)
	case "$strings":
		out := []string{}
		for _, item := range arg.([]any) {
			out = append(out, item.(string))
		}
		return out[:len(out):len(out)]
	case "$ints":
		out := []int{}
		for _, item := range arg.([]any) {
			out = append(out, int(item.(float64)))
		}
		return out[:len(out):len(out)]
	case "$stringmap":
		out := map[string]string{}
		for key, item := range arg.(map[string]any) {
			out[key] = item.(string)
		}
		return out
	case "$complex":
		pair := arg.([]any)
		return complex(pair[0].(float64), pair[1].(float64))
	case "$nillist":
		return []any(nil)
	case "$nilmap":
		return map[string]any(nil)
	case "$time":
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			panic(err)
		}
		return t.In(time.UTC)
	case "$duration":
		return time.Duration(integer(s))
	case "$semver":
		return semver.MustParse(s)
	case "$record":
		return recordOf(s)
	case "$pointer":
		n := int(integer(s))
		return &n
	case "$nilpointer":
		return (*int)(nil)
	case "$func":
		return functionOf(s)
	}
	panic("unknown type " + key)
}

// record is a struct as the data of Helm has them: tags, a list and a map, a pointer to its like, a hidden field.
type record struct {
	Name  string `json:"name,omitempty"`
	Count int
	List  []string          `json:"list"`
	Tags  map[string]string `json:"tags,omitempty"`
	Next  *record           `json:"next,omitempty"`
	Any   any               `json:",omitempty"`
	note  string
}

func recordOf(kind string) any {
	one := record{Name: "n", Count: 3, List: []string{"a", "b"}, Tags: map[string]string{"k": "v"}, note: "x"}
	switch kind {
	case "value":
		return one
	case "pointer":
		return &one
	case "chain":
		one.Next = &record{Any: 1}
		return &one
	}
	return (*record)(nil)
}

func functionOf(kind string) any {
	switch kind {
	case "wide":
		return func(c complex128, f float64, b bool, u uint8, n int) string { return fmt.Sprint(c, f, b, u, n) }
	case "rest":
		return func(first string, more ...int) string { return fmt.Sprint(first, more) }
	case "struct":
		return func(r record) string { return r.Name }
	}
	return func(a string, b int) string { return fmt.Sprint(a, "/", b) }
}

func integer(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}
