package trend

import (
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// week is the weekly pattern of the simulated series.
var week = [7]float64{1.1, 1.15, 1.1, 1.05, 0.8, 0.7, 1.1}

func poisson(r *rand.Rand, mean float64) int {
	if mean > 50 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	limit, k, p := math.Exp(-mean), 0, 1.0
	for {
		if p *= r.Float64(); p <= limit {
			return k
		}
		k++
	}
}

// gamma draws by the method of Marsaglia and Tsang (2000).
func gamma(r *rand.Rand, shape, scale float64) float64 {
	if shape < 1 {
		return gamma(r, shape+1, scale) * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if u := r.Float64(); math.Log(u) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v * scale
		}
	}
}

func draw(r *rand.Rand, mean, ratio float64) int {
	if ratio <= 1.0001 {
		return poisson(r, mean)
	}
	return poisson(r, gamma(r, mean/(ratio-1), ratio-1))
}

// simulated is a series with a weekly pattern in count and volume; with a dip, a
// quarter is collected for ten days.
func simulated(r *rand.Rand, mean, ratio float64, days int, dip bool) []Point {
	start := time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)
	out := make([]Point, days)
	for d := range out {
		v := week[d%7]
		if dip && d >= days-40 && d < days-30 {
			v /= 4
		}
		out[d] = Point{Start: start.AddDate(0, 0, d), Count: draw(r, mean*v, ratio), Volume: math.Round(1000 * v)}
	}
	return out
}

// rates are what a run over simulated series gives.
type rates struct {
	watch, alert, found, oracle, c2 float64
}

// run simulates series of one mean, without and with a spike of five standard
// deviations on two days, twelve days after a larger one.
func run(r *rand.Rand, mean float64, series int, change func([]Point)) rates {
	var out rates
	days := 0
	for range series {
		ratio := 1 + r.Float64()
		if mean >= 2 {
			ratio = 1.3 + 3.7*r.Float64()
		}
		s := simulated(r, mean, ratio, 200, false)
		change(s)
		for _, j := range Judge(s, Day)[70:] {
			days++
			if j.Level != None {
				out.watch++
			}
			if j.Level == Alert {
				out.alert++
			}
		}
		sd := math.Sqrt(mean * ratio)
		s[138].Count += int(math.Round(12*sd)) + 4
		found, oracle, c2 := false, false, false
		for _, at := range []int{150, 151} {
			s[at].Count += max(5, int(math.Round(5*sd)))
		}
		counts := make([]float64, len(s))
		for i, p := range s {
			counts[i] = float64(p.Count)
		}
		js := Judge(s, Day)
		for _, at := range []int{150, 151} {
			found = found || js[at].Level != None
			oracle = oracle || counts[at] >= 3 && tail(counts[at], mean*week[at%7], max(ratio, 1.0001)) < 0.005
			c2 = c2 || C2(counts, at, 1) > 3.09
		}
		out.found += count(found)
		out.oracle += count(oracle)
		out.c2 += count(c2)
	}
	out.watch *= 1000 / float64(days)
	out.alert *= 1000 / float64(days)
	out.found /= float64(series)
	out.oracle /= float64(series)
	out.c2 /= float64(series)
	return out
}

func count(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func TestFalseAlarmsAndSpikesFound(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func([]Point)
	}{
		{"with volume", func([]Point) {}},
		{"without volume", func(s []Point) {
			for i := range s {
				s[i].Volume = 0
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, oracle := 0.0, 0.0
			t.Log("mean  watch/1000  alert/1000  found  oracle  C2")
			for i, mean := range []float64{0.1, 0.5, 2, 8, 30, 100} {
				r := run(rand.New(rand.NewPCG(1, uint64(i))), mean, 200, c.change)
				t.Logf("%5.1f  %10.2f  %10.2f  %.3f  %.3f  %.3f", mean, r.watch, r.alert, r.found, r.oracle, r.c2)
				if r.watch > 7 || r.alert > 1 {
					t.Errorf("mean %v: %.2f watches and %.2f alerts in 1,000 days", mean, r.watch, r.alert)
				}
				found, oracle = found+r.found/6, oracle+r.oracle/6
			}
			t.Logf("found %.3f, of the oracle's %.3f", found, found/oracle)
			if found < 0.85 || found/oracle < 0.9 {
				t.Errorf("found %.3f, %.3f of what an oracle finds", found, found/oracle)
			}
		})
	}
}

func TestNoAlertWhenAnOutageEnds(t *testing.T) {
	alerts := 0
	for i := range 50 {
		s := simulated(rand.New(rand.NewPCG(2, uint64(i))), 12, 2, 200, true)
		for _, j := range Judge(s, Day)[170:176] {
			if j.Level == Alert {
				alerts++
			}
		}
	}
	if alerts > 0 {
		t.Errorf("%d alerts in the days after 50 outages", alerts)
	}
}

// TestOutbreaks compares with EARS C2 on labelled weekly series of notified diseases.
func TestOutbreaks(t *testing.T) {
	var own, ears [2][2]int // [labelled][called]
	for _, s := range labelled(t) {
		js := Judge(s.points, Week)
		for i := 20; i < len(js); i++ {
			w := int(count(s.outbreak[i]))
			own[w][int(count(js[i].Level != None))]++
			ears[w][int(count(C2(s.counts, i, 1) > 3.09))]++
		}
	}
	rate := func(x [2][2]int) (sensitivity, specificity float64) {
		return float64(x[1][1]) / float64(x[1][0]+x[1][1]), float64(x[0][0]) / float64(x[0][0]+x[0][1])
	}
	a, b := rate(own)
	c, d := rate(ears)
	t.Logf("sensitivity %.3f at specificity %.4f; EARS C2 %.3f at %.4f", a, b, c, d)
	if a < c || b < d {
		t.Errorf("sensitivity %.3f and specificity %.4f, EARS C2 has %.3f and %.4f", a, b, c, d)
	}
}

type outbreakSeries struct {
	points   []Point
	counts   []float64
	outbreak []bool
}

func labelled(t *testing.T) map[string]*outbreakSeries {
	t.Helper()
	root := os.Getenv("SARHAD_CORPUS")
	f, err := os.Open(filepath.Join(root, "spikes", "surveillance", "weekly_counts_labelled.csv"))
	if root == "" || err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("CI needs the labelled series, and SARHAD_CORPUS=%q has none", root)
		}
		t.Skip("SARHAD_CORPUS does not name the labelled series")
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*outbreakSeries{}
	for _, r := range rows[1:] { // series, index, year, week, observed, outbreak_state
		s := out[r[0]]
		if s == nil {
			s = &outbreakSeries{}
			out[r[0]] = s
		}
		n, err := strconv.ParseFloat(r[4], 64)
		if err != nil {
			t.Fatal(err)
		}
		s.points = append(s.points, Point{Start: time.Date(2025, 1, 6+7*len(s.points), 0, 0, 0, 0, time.UTC), Count: int(n), Volume: 1000})
		s.counts = append(s.counts, n)
		s.outbreak = append(s.outbreak, r[5] == "1")
	}
	for name, s := range out {
		any := false
		for _, o := range s.outbreak {
			any = any || o
		}
		if !any {
			delete(out, name)
		}
	}
	return out
}
