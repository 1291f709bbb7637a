package source

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestValidatorsAreSentBackByteForByte(t *testing.T) {
	l := begin("hourly")
	if a := l.s.Ask(l.now); !a.Full || a.ETag != "" || a.LastModified != "" {
		t.Errorf("first request %+v, want an unconditional one", a)
	}
	const tag, modified = `W/"x-7f,gzip"`, "Mon, 6 Jan 2025 08:59:59 GMT"
	l.poll(ok(5, 0, "ETag", tag, "Last-Modified", modified))
	if a := l.s.Ask(l.now.Add(time.Hour)); a.Full || a.ETag != tag || a.LastModified != modified {
		t.Errorf("got %+v, want the validators as they came", a)
	}
	same := ok(0, 5, "ETag", `"new"`)
	same.BodyHash = l.s.BodyHash
	l.poll(same)
	if a := l.s.Ask(l.now.Add(time.Hour)); a.ETag != `"new"` || a.LastModified != "" {
		t.Errorf("got %+v, want the validators of the last 200 although its body was the same", a)
	}
	l.poll(status(304, "ETag", `"newer"`))
	if a := l.s.Ask(l.now.Add(time.Hour)); a.ETag != `"newer"` {
		t.Errorf("got %+v, want the validator of the 304", a)
	}
	l.poll(failing(Temporary))
	if a := l.s.Ask(l.now.Add(time.Minute)); a.ETag != `"newer"` {
		t.Errorf("got %+v, want the validator kept over a failure", a)
	}
	l.poll(ok(1, 4, "ETag", strings.Repeat("x", 5000)))
	if l.s.ETag != "" {
		t.Error("a validator of 5000 bytes was kept")
	}
}

func TestValidatorsWaitForTheEntries(t *testing.T) {
	l := begin("hourly")
	l.poll(ok(5, 0, "ETag", `"a"`))
	lost := ok(2, 3, "ETag", `"b"`)
	lost.Ledger.New, lost.Ledger.Failed = 0, 2
	l.poll(lost)
	if l.s.ETag != `"a"` {
		t.Errorf("validator %s saved although entries were not handed on", l.s.ETag)
	}
	if h := l.s.Health(); h.State != StateHealthy || !strings.Contains(h.Reason, "on this side") {
		t.Errorf("health %+v, want the source held harmless and the reason told", h)
	}
}

func TestAnUnconditionalRequestAtMostOnceADay(t *testing.T) {
	l := begin("hourly")
	var full []time.Time
	l.poll(ok(5, 0, "ETag", `"a"`))
	for l.now.Before(start.Add(10 * 24 * time.Hour)) {
		l.now = l.s.Next
		if a := l.s.Ask(l.now); a.Full {
			full = append(full, l.now)
			o := ok(0, 5, "ETag", `"a"`)
			o.BodyHash = l.s.BodyHash
			l.poll(o)
		} else {
			l.poll(status(304))
		}
	}
	if len(full) < 8 || len(full) > 10 {
		t.Errorf("%d unconditional requests in 10 days", len(full))
	}
	for i := 1; i < len(full); i++ {
		if full[i].Sub(full[i-1]) < 24*time.Hour {
			t.Errorf("unconditional requests at %v and %v", full[i-1], full[i])
		}
	}
	if l.s.Lying {
		t.Error("honest validators marked as lying")
	}
}

func TestLyingValidatorsAreFoundMarkedAndForgiven(t *testing.T) {
	l := begin("hourly")
	l.poll(ok(5, 0, "ETag", `"a"`))
	for !l.s.Ask(l.s.Next).Full {
		l.poll(status(304))
	}
	l.poll(ok(5, 0, "ETag", `"a"`, "X", "changed body"))
	h := l.s.Health()
	if !l.s.Lying || h.State != StateDegraded || !strings.Contains(h.Reason, "validators") {
		t.Fatalf("lying %v, health %+v", l.s.Lying, h)
	}
	if !l.s.Ask(l.s.Next).Full {
		t.Error("lying validators are still sent")
	}
	for i := range trueAgain {
		if !l.s.Lying {
			t.Fatalf("forgiven after %d", i)
		}
		if wait := l.poll(ok(3, 3, "ETag", fmt.Sprint(i))); wait < time.Hour {
			t.Errorf("asked without conditions again after %v", wait)
		}
	}
	if l.s.Lying || l.s.Ask(l.s.Next).Full {
		t.Error("not forgiven after showing every change")
	}
}

func TestAFailedUnconditionalReadingIsMadeAgain(t *testing.T) {
	l := begin("hourly")
	l.poll(ok(5, 0, "ETag", `"a"`))
	l.now = start.Add(25 * time.Hour)
	l.poll(failing(Ours))
	if !l.s.Ask(l.s.Next).Full {
		t.Error("a reading lost on this side must be made again in the same way")
	}
}

func TestA304DoesNotHeal(t *testing.T) {
	html := Outcome{Status: 200, Header: headers("ETag", `"captcha"`), Failure: &Failure{Hard, "answered HTML where a feed was expected"}}
	l := begin("hourly")
	l.poll(ok(5, 0, "ETag", `"a"`), html)
	since := l.now
	if h := l.s.Health(); h.State != StateFailing || h.Reason != html.Failure.Reason {
		t.Fatalf("health %+v", h)
	}
	l.poll(status(304), status(304))
	h := l.s.Health()
	if h.State != StateFailing || !strings.HasPrefix(h.Reason, html.Failure.Reason) || !h.Since.Equal(since) || h.Next.IsZero() {
		t.Errorf("health %+v, want it failing since %v", h, since)
	}
	l.poll(ok(1, 4))
	if h := l.s.Health(); h.State != StateHealthy || !h.Since.Equal(l.now) {
		t.Errorf("health %+v after a reading", h)
	}
	l = begin("hourly")
	l.poll(status(304))
	if h := l.s.Health(); h.State != StateFailing {
		t.Errorf("health %+v of an endpoint that answers 304 to anything", h)
	}
}

func TestGoneStopsWithANotice(t *testing.T) {
	l := begin("hourly")
	l.poll(ok(5, 0), status(410))
	h := l.s.Health()
	if h.State != StateGone || !strings.Contains(h.Reason, "410") || !strings.Contains(h.Reason, "resumes") || !h.Next.IsZero() || !l.s.Stopped {
		t.Errorf("health %+v", h)
	}
	l.now = l.now.Add(time.Hour)
	l.s = l.s.Resume(l.now)
	if h := l.s.Health(); h.State != StateFailing || !h.Next.Equal(l.now) || !l.s.Ask(l.now).Full {
		t.Errorf("resumed: %+v", h)
	}
	l.poll(ok(1, 4))
	if h := l.s.Health(); h.State != StateHealthy || h.Next.IsZero() {
		t.Errorf("returned: %+v", h)
	}
}

func TestAPermanentRedirectIsTakenOverAfterSeveral(t *testing.T) {
	moved := ok(1, 9)
	moved.Permanent = "https://new.example/rss"
	l := begin("hourly")
	l.poll(ok(5, 0), moved, moved)
	if l.s.Moved != "" || !strings.Contains(l.s.Health().Reason, "redirects permanently") {
		t.Fatalf("moved to %q after two, health %+v", l.s.Moved, l.s.Health())
	}
	l.poll(repeat(moved, 5)...)
	if l.s.Moved != "" {
		t.Fatal("moved within a day")
	}
	l.poll(repeat(moved, 25)...)
	if l.s.Moved != moved.Permanent || l.s.Ask(l.now).URL != moved.Permanent {
		t.Fatalf("moved to %q after a day", l.s.Moved)
	}
	l.poll(repeat(failing(Hard), 3)...)
	if l.s.Moved != "" || l.s.Ask(l.now).URL != "https://ridge.example/rss" {
		t.Errorf("the dead new address is kept: %q", l.s.Moved)
	}
	if h := l.s.Health(); h.State != StateFailing || !strings.Contains(h.Reason, "former address") {
		t.Errorf("health %+v", h)
	}
}

func TestRedirectsThatAreNotTakenOver(t *testing.T) {
	for name, target := range map[string]string{
		"down from https": "http://ridge.example/rss", "a script": "javascript:alert(1)", "with a password": "https://a:b@ridge.example/",
		"endless": "https://ridge.example/" + strings.Repeat("a", 3000), "itself": "https://ridge.example/rss",
	} {
		o := ok(1, 9)
		o.Permanent = target
		l := begin("daily")
		if l.poll(repeat(o, 10)...); l.s.Moved != "" {
			t.Errorf("%s: moved", name)
		}
	}
	here, there := ok(1, 9), ok(1, 9)
	here.Permanent, there.Permanent = "https://a.example/rss", "https://b.example/rss"
	l := begin("daily")
	for range 10 {
		if l.poll(here, there); l.s.Moved != "" {
			t.Fatal("moved although the target changes")
		}
	}
}
