// Prints the value of a flag whenever it is another one, until it is true.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/launchdarkly/go-sdk-common/v3/ldcontext"
	"github.com/launchdarkly/go-sdk-common/v3/ldlog"
	"github.com/launchdarkly/go-sdk-common/v3/ldvalue"
	ld "github.com/launchdarkly/go-server-sdk/v7"
	"github.com/launchdarkly/go-server-sdk/v7/interfaces"
	"github.com/launchdarkly/go-server-sdk/v7/ldcomponents"
)

func main() {
	url := os.Getenv("SLIPWAY_URL")
	config := ld.Config{
		ServiceEndpoints: interfaces.ServiceEndpoints{Streaming: url, Polling: url, Events: url},
	}
	config.Logging = ldcomponents.Logging().MinLevel(ldlog.Error)
	switch os.Getenv("SLIPWAY_MODE") {
	case "polling":
		config.DataSource = ldcomponents.PollingDataSource().PollInterval(30 * time.Second)
	case "second-generation":
		endpoints := ldcomponents.Endpoints{Streaming: url, Polling: url}
		config.DataSystem = ldcomponents.DataSystem().WithEndpoints(endpoints).Default()
	}
	client, err := ld.MakeCustomClient(os.Getenv("SLIPWAY_SDK_KEY"), config, 10*time.Second)
	if err != nil {
		fail(err)
	}
	context := ldcontext.NewBuilder("kim").SetString("team", "compat").Build()
	seen := ldvalue.Null()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		value, err := client.JSONVariation(os.Getenv("SLIPWAY_FLAG"), context, ldvalue.String("the default of code"))
		if err != nil {
			fail(err)
		}
		if !value.Equal(seen) {
			fmt.Println(value.JSONString())
			seen = value
		}
		if value.BoolValue() {
			_ = client.TrackEvent("done", context)
			client.Flush()
			if err := client.Close(); err != nil {
				fail(err)
			}
			return
		}
	}
	fail(fmt.Errorf("the flag was not turned on in time"))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
