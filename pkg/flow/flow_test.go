package flow

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func delivered(header map[string]string, data []byte) bus.Delivery {
	return bus.Delivery{Header: header, Data: data, Seq: 1, Attempts: 1}
}

func TestPlainPassesItemsThroughTheSteps(t *testing.T) {
	double := func(_ context.Context, it news.Item) ([]news.Item, error) { return []news.Item{it, it}, nil }
	drop := func(_ context.Context, it news.Item) ([]news.Item, error) {
		if it.Title == "drop" {
			return nil, nil
		}
		return []news.Item{it}, Kept(errors.New("lost a picture"))
	}
	f := Flow{{Name: "a", Out: "one", Step: double}, {Name: "b", In: "one", Out: "two", Step: drop}}
	out, err := f.Plain(context.Background(), []news.Item{{Title: "x"}, {Title: "drop"}})
	if err != nil || len(out) != 2 {
		t.Errorf("got %d items, %v", len(out), err)
	}
	f[1].Step = func(context.Context, news.Item) ([]news.Item, error) { return nil, Bad(errors.New("unreadable")) }
	if _, err := f.Plain(context.Background(), []news.Item{{ID: "7"}}); !IsBad(err) || !strings.Contains(err.Error(), "b: item 7") {
		t.Errorf("got %v", err)
	}
}

func TestCheckFindsStreamsThatDoNotJoin(t *testing.T) {
	f := Flow{{Name: "a", Out: "one"}, {Name: "b", In: "two", Out: "one"}}
	err := f.Check()
	if err == nil || !strings.Contains(err.Error(), "b reads two") || !strings.Contains(err.Error(), "both write one") {
		t.Errorf("got %v", err)
	}
}
