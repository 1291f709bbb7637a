package page

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

const listPage = `<html lang="en-GB"><head><base href="https://office.example/en/"></head><body>
<ul class="releases">
<li><a class="t" href="press/12">Statement on the border talks</a> <time datetime="2024-05-17T09:00:00+05:00">yesterday</time> <p>The two sides met.</p><img src="12.jpg"></li>
<li><a class="t" href="/press/11">Visit to the valley</a> <span class="d">۱۶ مئی ۲۰۲۴</span></li>
<li><a class="t" href="press/12">Statement on the border talks (again)</a></li>
<li><a class="t" href="javascript:void(0)">Open</a></li>
<li>No link at all</li>
<li><a class="t" href="https://other.example/x#top" title="From the title"><img src="x.png"></a> <span class="d">no date</span></li>
</ul></body></html>`

func TestEntries(t *testing.T) {
	l := news.List{Item: "ul.releases > li", Link: "a.t", Date: "time, .d", Summary: "p"}
	got, err := Entries([]byte(listPage), l, Options{URL: "https://office.example/en/list"})
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2024, 5, 17, 9, 0, 0, 0, time.FixedZone("", 5*3600))
	second := time.Date(2024, 5, 16, 0, 0, 0, 0, time.UTC)
	want := []news.Entry{
		{URL: "https://office.example/en/press/12", Title: "Statement on the border talks", Summary: "The two sides met.", Published: &first, Media: []string{"https://office.example/en/12.jpg"}},
		{URL: "https://office.example/press/11", Title: "Visit to the valley", Published: &second},
		{URL: "https://other.example/x#top", Title: "From the title", Media: []string{"https://office.example/en/x.png"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("entries (-want +got):\n%s", d)
	}
}

func TestEntriesWhereTheItemIsTheLink(t *testing.T) {
	got, err := Entries([]byte(listPage), news.List{Item: "a.t", Title: "b"}, Options{URL: "https://office.example/en/list"})
	if err != nil || len(got) != 3 || got[1].Title != "Visit to the valley" {
		t.Errorf("%+v, error %v", got, err)
	}
}

func TestEntriesSayWhatChanged(t *testing.T) {
	for _, c := range []struct {
		list news.List
		want error
	}{
		{news.List{Item: "div.gone"}, ErrNoItems},
		{news.List{Item: "li", Link: "a.gone"}, ErrNoLinks},
		{news.List{Item: "li["}, ErrSelector},
		{news.List{}, ErrSelector},
	} {
		if _, err := Entries([]byte(listPage), c.list, Options{}); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, want %v", c.list, err, c.want)
		}
	}
}

func TestCheckListNamesEveryMistake(t *testing.T) {
	err := CheckList(news.List{Item: "li", Link: "a[", Date: ":nope(", Title: "h2 a"})
	if err == nil || !errors.Is(err, ErrSelector) {
		t.Fatalf("error %v", err)
	}
	for _, part := range []string{`link "a["`, `date ":nope("`} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in %q", part, err)
		}
	}
	if err := CheckList(news.List{Item: "li", Link: "a:first-child", Date: "time[datetime]"}); err != nil {
		t.Error(err)
	}
}
