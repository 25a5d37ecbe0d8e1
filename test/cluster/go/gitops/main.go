// gitops says what GitOps tools make of Kubernetes objects, by the libraries that they are made of: Argo CD's Lua, and kstatus, by which Helm and Flux wait.
//
// It reads a JSON array of questions from stdin and writes one of answers to stdout. A question has an `object`, and a `script` for Lua; without one
// kstatus is asked. An answer has what came back, as `value`, or an `error`. Of an action's value, `patch` is what Argo CD sends to the API server.
package main

import (
	"encoding/json"
	"log"
	"os"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type question struct {
	Object     json.RawMessage   `json:"object"`
	Script     string            `json:"script"`
	Parameters map[string]string `json:"parameters"`
	IsAction   bool              `json:"isAction"`
}

type answer struct {
	Value any             `json:"value,omitempty"`
	Patch json.RawMessage `json:"patch,omitempty"`
	Error string          `json:"error,omitempty"`
}

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		log.Fatalf("the questions: %v", err)
	}
	answers := make([]answer, 0, len(questions))
	for _, it := range questions {
		said, err := it.ask()
		if err != nil {
			said.Error = err.Error()
		}
		answers = append(answers, said)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}

func (it question) ask() (said answer, err error) {
	if it.Script == "" {
		var object unstructured.Unstructured
		if err = object.UnmarshalJSON(it.Object); err != nil {
			return said, err
		}
		said.Value, err = status.Compute(&object)
		return said, err
	}
	var object map[string]any
	if err = json.Unmarshal(it.Object, &object); err != nil {
		return said, err
	}
	returned, err := run(it.Script, object, it.Parameters)
	if err != nil || !it.IsAction {
		said.Value = returned
		return said, err
	}
	changed, err := json.Marshal(withoutLuasArrays(returned, object))
	if err != nil {
		return said, err
	}
	said.Patch, err = jsonpatch.CreateMergePatch(it.Object, changed)
	return said, err
}
