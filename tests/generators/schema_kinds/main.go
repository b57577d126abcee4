// Writes the vectors of schema_kinds.jsonl: documents of every kind whose CRD lies in a folder, and
// what the API server's structural validation and CEL rules say of them. in = a document in YAML;
// out = {unknown: paths that a strict API server refuses, errors: [{field, type}]} in sorted order.
//
//	go run . -schemas DIR > ../../vectors/schema_kinds.jsonl
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	celschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"
)

type kind struct {
	group, version, kind string
	structural           *structural.Structural
	validator            validation.SchemaValidator
	cel                  *celschema.Validator
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func load(path string) kind {
	var crd apiv1.CustomResourceDefinition
	if err := yaml.Unmarshal(must(os.ReadFile(path)), &crd); err != nil {
		panic(err)
	}
	v := crd.Spec.Versions[0]
	var in apiextensions.JSONSchemaProps
	if err := apiv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(v.Schema.OpenAPIV3Schema, &in, nil); err != nil {
		panic(err)
	}
	s := must(structural.NewStructural(&in))
	val, _, err := validation.NewSchemaValidator(&in)
	if err != nil {
		panic(err)
	}
	return kind{crd.Spec.Group, v.Name, crd.Spec.Names.Kind, s, val, celschema.NewValidator(s, true, math.MaxInt64)}
}

func scalar(r *rand.Rand) any {
	vs := []any{"x", "", 5, 1.5, true, nil, "5m", "oci://a/b", "https://a/b", "http://a", "generic", "aws", "5", "a.b/c[0]", "A b", "1d", "1h", map[string]any{"name": "n"}, map[string]any{}, []any{}, []any{"x"}, []any{nil}, []any{map[string]any{"a": 1}}, strings.Repeat("n", 300)}
	return vs[r.Intn(len(vs))]
}

func value(r *rand.Rand, s *structural.Structural, depth int) any {
	if r.Intn(40) == 0 {
		return scalar(r)
	}
	if s.XPreserveUnknownFields && s.Type == "" {
		return scalar(r)
	}
	switch s.Type {
	case "boolean":
		return r.Intn(2) == 0
	case "integer":
		return []any{1, 0, 10000, 10001, -1}[r.Intn(5)]
	case "string":
		if s.ValueValidation != nil {
			if e := s.ValueValidation.Enum; len(e) > 0 {
				return e[r.Intn(len(e))].Object
			}
			p := s.ValueValidation.Pattern
			switch {
			case strings.Contains(p, "(ms|s|m|h))+"):
				return []any{"5m", "1h", "1h30m", "1.5h", "10", "500ms"}[r.Intn(6)]
			case strings.Contains(p, "(ms|s|m))+"):
				return []any{"5m", "60s", "1h"}[r.Intn(3)]
			case strings.Contains(p, "oci|") || strings.Contains(p, "|oci") || strings.Contains(p, "http"):
				return []any{"oci://a/b", "https://a/b", "http://a", "ssh://a", "", "x", "oci://a", "https://github.com/a/b"}[r.Intn(8)]
			case strings.Contains(p, "oci"):
				return []any{"oci://a/b", "https://a", "oci://"}[r.Intn(3)]
			}
		}
		return []any{"x", "a-b", "flux", "aws", "azure", "true", "", "a.b[1].c", "Name"}[r.Intn(9)]
	case "array":
		out := []any{}
		for n := r.Intn(3); n >= 0; n-- {
			out = append(out, value(r, s.Items, depth+1))
		}
		if r.Intn(60) == 0 {
			for len(out) < 22 {
				out = append(out, value(r, s.Items, depth+1))
			}
		}
		if r.Intn(12) == 0 {
			out = []any{}
		}
		return out
	case "object":
		out := map[string]any{}
		required := map[string]bool{}
		if s.ValueValidation != nil {
			for _, k := range s.ValueValidation.Required {
				required[k] = true
			}
		}
		names := []string{}
		for k := range s.Properties {
			names = append(names, k)
		}
		sort.Strings(names)
		for _, k := range names {
			p := s.Properties[k]
			chance := 3
			if depth > 1 {
				chance = 2
			}
			if len(names) > 12 {
				chance = 6
			}
			if required[k] && r.Intn(25) != 0 || r.Intn(chance) == 0 {
				out[k] = value(r, &p, depth+1)
			}
		}
		if s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil {
			for n := r.Intn(3); n > 0; n-- {
				out[[]string{"a", "b", "c.d/e"}[r.Intn(3)]] = value(r, s.AdditionalProperties.Structural, depth+1)
			}
		}
		if r.Intn(25) == 0 {
			out[[]string{"unknown", "Name", "key"}[r.Intn(3)]] = scalar(r)
		}
		return out
	}
	return scalar(r)
}

func main() {
	dir := flag.String("schemas", "schemas", "folder of CRDs")
	n := flag.Int("n", 4000, "documents of a kind")
	seed := flag.Int64("seed", 1, "seed")
	all := flag.Bool("all", false, "every document, not a selection")
	flag.Parse()
	kept := map[string]int{}
	r := rand.New(rand.NewSource(*seed))
	paths := must(filepath.Glob(*dir + "/*.yaml"))
	sort.Strings(paths)
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	for _, p := range paths {
		k := load(p)
		spec := k.structural.Properties["spec"]
		for i := 0; i < *n; i++ {
			name := "app"
			if k.kind == "FluxInstance" && r.Intn(4) != 0 {
				name = "flux"
			}
			doc := map[string]any{"apiVersion": k.group + "/" + k.version, "kind": k.kind, "metadata": map[string]any{"name": name}, "spec": value(r, &spec, 0)}
			text := string(must(yaml.Marshal(doc)))
			var obj map[string]any
			if err := json.Unmarshal(must(yaml.YAMLToJSONStrict([]byte(text))), &obj); err != nil {
				panic(err)
			}
			normal(obj)
			unknown := pruning.PruneWithOptions(obj, k.structural, true, structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
			defaulting.PruneNonNullableNullsWithoutDefaults(obj, k.structural)
			delete(obj, "status")
			defaulting.Default(obj, k.structural)
			delete(obj, "status")
			rules := []string{}
			errs := validation.ValidateCustomResource(nil, obj, k.validator)
			if len(errs) == 0 && k.cel != nil {
				cel, _ := k.cel.Validate(context.TODO(), nil, k.structural, obj, nil, math.MaxInt64)
				errs = append(errs, cel...)
				for _, e := range cel {
					rules = append(rules, e.Detail)
				}
			}
			type finding struct {
				Field string `json:"field"`
				Type  string `json:"type"`
			}
			found := []finding{}
			seen := map[finding]bool{}
			for _, e := range errs {
				f := finding{e.Field, string(e.Type)}
				if e.Type == field.ErrorTypeInvalid && e.Field == "<nil>" {
					f.Field = ""
				}
				if !seen[f] {
					seen[f] = true
					found = append(found, f)
				}
			}
			sort.Slice(found, func(a, b int) bool { return fmt.Sprint(found[a]) < fmt.Sprint(found[b]) })
			sort.Strings(unknown)
			if unknown == nil {
				unknown = []string{}
			}
			// A few of each kind at random, and four that break each rule.
			keep := *all || kept[k.kind] < 12 && r.Intn(4) == 0
			if keep {
				kept[k.kind]++
			}
			for _, rule := range rules {
				if kept[k.kind+rule] < 4 {
					kept[k.kind+rule]++
					keep = true
				}
			}
			if !keep {
				continue
			}
			if err := enc.Encode(map[string]any{"in": text, "out": map[string]any{"unknown": unknown, "errors": found}}); err != nil {
				panic(err)
			}
		}
	}
}

// normal makes whole numbers integers, as the API server's decoder does.
func normal(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = normal(v[k])
		}
	case []any:
		for i := range v {
			v[i] = normal(v[i])
		}
	case float64:
		if v == math.Trunc(v) {
			return int64(v)
		}
	}
	return v
}
