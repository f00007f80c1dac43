// Reads worlds, one on each line, and prints what the flag of each serves to each of its contexts.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/launchdarkly/go-sdk-common/v3/ldcontext"
	"github.com/launchdarkly/go-sdk-common/v3/ldreason"
	"github.com/launchdarkly/go-sdk-common/v3/ldvalue"
	evaluation "github.com/launchdarkly/go-server-sdk-evaluation/v3"
	"github.com/launchdarkly/go-server-sdk-evaluation/v3/ldmodel"
)

const longestLine = 16 * 1024 * 1024

type world struct {
	Flag     json.RawMessage     `json:"flag"`
	Left     json.RawMessage     `json:"left"`
	Right    json.RawMessage     `json:"right"`
	One      json.RawMessage     `json:"one"`
	Two      json.RawMessage     `json:"two"`
	Contexts []ldcontext.Context `json:"contexts"`
}

type outcome struct {
	Value          ldvalue.Value             `json:"value"`
	VariationIndex ldvalue.OptionalInt       `json:"variationIndex"`
	Reason         ldreason.EvaluationReason `json:"reason"`
}

type source struct {
	flags    map[string]*ldmodel.FeatureFlag
	segments map[string]*ldmodel.Segment
}

func (s source) GetFeatureFlag(key string) *ldmodel.FeatureFlag { return s.flags[key] }
func (s source) GetSegment(key string) *ldmodel.Segment         { return s.segments[key] }

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longestLine)
	printer := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		outcomes, err := evaluateWorld(lines.Bytes())
		if err == nil {
			err = printer.Encode(outcomes)
		}
		if err != nil {
			fail(err)
		}
	}
	if err := lines.Err(); err != nil {
		fail(err)
	}
}

func evaluateWorld(line []byte) ([]outcome, error) {
	var w world
	if err := json.Unmarshal(line, &w); err != nil {
		return nil, err
	}
	reader := ldmodel.NewJSONDataModelSerialization()
	all := source{map[string]*ldmodel.FeatureFlag{}, map[string]*ldmodel.Segment{}}
	for _, text := range []json.RawMessage{w.Flag, w.Left, w.Right} {
		flag, err := reader.UnmarshalFeatureFlag(text)
		if err != nil {
			return nil, err
		}
		all.flags[flag.Key] = &flag
	}
	for _, text := range []json.RawMessage{w.One, w.Two} {
		segment, err := reader.UnmarshalSegment(text)
		if err != nil {
			return nil, err
		}
		all.segments[segment.Key] = &segment
	}
	evaluator := evaluation.NewEvaluator(all)
	outcomes := make([]outcome, 0, len(w.Contexts))
	for _, context := range w.Contexts {
		detail := evaluator.Evaluate(all.flags["flag"], context, nil).Detail
		outcomes = append(outcomes, outcome{detail.Value, detail.VariationIndex, detail.Reason})
	}
	return outcomes, nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
