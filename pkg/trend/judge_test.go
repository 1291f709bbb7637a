package trend

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTail(t *testing.T) {
	for _, c := range []struct{ count, mean, dispersion, want float64 }{
		{0, 2, 3, 1},
		{1, 0.1, 1.5, 1 - math.Pow(1/1.5, 0.2)}, // P(0) = dispersion^-r
		{1, 2, 2, 0.75},                         // r = 2: P(0) = 1/4
		{2, 2, 2, 0.5},                          // P(1) = 2/8
		{3, 2, 2, 0.3125},                       // P(2) = 3/16
		{1, 0, 2, 0},
	} {
		if got := tail(c.count, c.mean, c.dispersion); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("tail(%v, %v, %v) = %v, want %v", c.count, c.mean, c.dispersion, got, c.want)
		}
	}
	for _, mean := range []float64{0.1, 3, 40, 3000} {
		for _, d := range []float64{1.02, 2, 12} {
			below := 0.0
			for k := 0.0; k < 2*mean+10; k++ {
				if got := tail(k, mean, d); math.Abs(got-(1-below)) > 1e-8 {
					t.Fatalf("tail(%v, %v, %v) = %v, the sum says %v", k, mean, d, got, 1-below)
				}
				below += math.Exp(logMass(k, mean, d))
			}
		}
	}
}

// TestEARS has the values of the formulas in the R package surveillance 1.26 for one series.
func TestEARS(t *testing.T) {
	x := []float64{2, 4, 3, 5, 1, 6, 2, 3, 4, 12, 9, 15, 2}
	for _, c := range []struct {
		t          int
		c1, c2, c3 float64
	}{
		{8, 0.332564, 0, 0},
		{9, 4.988466, 4.842694, 3.842694},
		{10, 1.177906, 3.242503, 6.085196},
		{11, 2.435832, 6.734429, 11.819625},
		{12, -1.081089, -0.746007, 7.976932},
	} {
		got := [3]float64{C1(x, c.t, .5), C2(x, c.t, .5), C3(x, c.t, .5)}
		for i, want := range [3]float64{c.c1, c.c2, c.c3} {
			if math.Abs(got[i]-want) > 1e-5 {
				t.Errorf("C%d at %d = %v, want %v", i+1, c.t, got[i], want)
			}
		}
	}
	if C1(x, 6, .5) != 0 || C2(x, 99, .5) != 0 {
		t.Error("a point without a base has a value")
	}
}

// flat is a series of the same count every day.
func flat(days, count int) []Point {
	out := make([]Point, days)
	for d := range out {
		out[d] = Point{Start: time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC).AddDate(0, 0, d), Count: count}
	}
	return out
}

func TestColdStartIsSilent(t *testing.T) {
	s := flat(22, 0)
	s[10].Count, s[20].Count = 500, 500
	for i, j := range Judge(s, Day) {
		if j.Level != None {
			t.Errorf("day %d is at %s", i, j.Level)
		}
	}
	s = flat(40, 2)
	s[35].Count = 40
	if got := Judge(s, Day)[35]; got.Level != Alert || math.Abs(got.Expected-2) > 0.2 {
		t.Errorf("twenty times the usual is %+v", got)
	}
}

func TestADayIsJudgedFromTheDaysBefore(t *testing.T) {
	s := simulated(rand.New(rand.NewPCG(3, 3)), 5, 3, 150, false)
	whole := Judge(s, Day)
	for _, n := range []int{1, 30, 90, 149} {
		if d := cmp.Diff(whole[:n], Judge(s[:n], Day)); d != "" {
			t.Errorf("the first %d days look different once more are known:\n%s", n, d)
		}
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	s := simulated(rand.New(rand.NewPCG(3, 4)), 5, 3, 60, false)
	want := Judge(s, Day)
	back := make([]Point, len(s))
	for i := range s {
		back[len(s)-1-i] = s[i]
	}
	got := Judge(back, Day)
	for i := range want {
		if got[len(s)-1-i] != want[i] {
			t.Fatalf("day %d is %+v in order, %+v backwards", i, want[i], got[len(s)-1-i])
		}
	}
}

func TestMissingDaysAreGaps(t *testing.T) {
	s := flat(80, 6)
	holes := append(append([]Point{}, s[:50]...), s[64:]...) // two weeks are missing
	js := Judge(holes, Day)
	if got := js[50].Expected; math.Abs(got-6) > 0.3 {
		t.Errorf("after two missing weeks %v is expected, want 6", got)
	}
	long := append(flat(40, 6), Point{Start: s[0].Start.AddDate(1, 0, 0), Count: 100})
	if got := Judge(long, Day)[40]; got.Level != None || got.Expected != 0 {
		t.Errorf("a point without any base near is %+v", got)
	}
}

func TestOutages(t *testing.T) {
	s := flat(90, 10)
	for i := range s {
		s[i].Volume = 1000
	}
	for i := 60; i < 70; i++ {
		s[i].Count, s[i].Volume = 0, 0
	}
	s[70].Count, s[70].Volume = 3, 4 // the first hour after the outage
	js := Judge(s, Day)
	for i := 60; i < 90; i++ {
		if js[i].Level != None {
			t.Errorf("day %d is at %s", i, js[i].Level)
		}
	}
	if got := js[65]; got.P != 1 || got.Expected != 0 {
		t.Errorf("a day of outage is %+v", got)
	}
	if got := js[75].Expected; math.Abs(got-10) > 0.5 {
		t.Errorf("after the outage %v is expected, want 10", got)
	}
}

func TestMoreCollectedIsNoSpike(t *testing.T) {
	s := flat(90, 10)
	for i := range s {
		s[i].Volume = 1000
		if i >= 80 {
			s[i].Count, s[i].Volume = 40, 4000
		}
	}
	for i, j := range Judge(s, Day) {
		if j.Level != None {
			t.Errorf("day %d is at %s", i, j.Level)
		}
	}
	for i := range s {
		s[i].Expected, s[i].Volume = s[i].Volume/100, 0
	}
	if j := Judge(s, Day)[85]; j.Level != None {
		t.Errorf("with four times the sources, day 85 is at %s", j.Level)
	}
}

func TestANewLevelBecomesUsual(t *testing.T) {
	s := flat(250, 5)
	for i := 100; i < 250; i++ {
		s[i].Count = 25
	}
	js := Judge(s, Day)
	if js[100].Level != Alert {
		t.Errorf("the first day of the new level is at %s", js[100].Level)
	}
	if got := js[249]; got.Level != None || math.Abs(got.Expected-25) > 3 {
		t.Errorf("after five months of it: %+v", got)
	}
}

func TestStrangeSeries(t *testing.T) {
	if got := Judge(nil, Day); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	s := flat(60, 3)
	s[3].Count, s[4].Volume, s[40].Count = -5, math.NaN(), math.MaxInt32
	s = append(s, s[59], s[59]) // one day three times
	s = append(s, Point{})      // no date
	for _, p := range []Period{Day, Week, "hour"} {
		for i, j := range Judge(s, p) {
			if math.IsNaN(j.P) || math.IsNaN(j.Expected) || j.P < 0 || j.P > 1 {
				t.Errorf("%s %d: %+v", p, i, j)
			}
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	s := simulated(rand.New(rand.NewPCG(4, 4)), 8, 3, 365, false)
	for b.Loop() {
		Judge(s, Day)
	}
}
