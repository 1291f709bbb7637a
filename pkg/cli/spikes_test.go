package cli

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"
)

// series is a header and one row a day, with as many counts as given.
func series(header string, counts ...int) string {
	day := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	var b strings.Builder
	fmt.Fprintln(&b, header)
	for i, n := range counts {
		fmt.Fprintf(&b, "%s,%d\n", day.AddDate(0, 0, i).Format("2006-01-02"), n)
	}
	return b.String()
}

func rows(t *testing.T, out string) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if head := strings.Join(all[0], ","); head != "date,count,expected,p,level" {
		t.Errorf("the header is %s", head)
	}
	return all[1:]
}

func TestSpikes(t *testing.T) {
	var counts []int
	for i := range 60 {
		counts = append(counts, 4+i%3)
	}
	in := series("date,count", append(counts, 90)...)
	for _, period := range []string{"day", "week"} {
		code, out, errors := sarhad(t, in, "spikes", "--period", period)
		if got := rows(t, out); code != 0 || len(got) != 61 {
			t.Errorf("%s: exit %d, %d rows, %s", period, code, len(got), errors)
		}
	}
	_, out, _ := sarhad(t, in, "spikes")
	got := rows(t, out)
	if last := got[60]; last[0] != "2025-03-02" || last[1] != "90" || last[4] != "alert" {
		t.Errorf("the spike is %v", last)
	}
	for _, row := range got[:60] {
		if row[4] != "none" {
			t.Errorf("an ordinary day is %v", row)
		}
	}
	_, earlier, _ := sarhad(t, series("date,count", counts...), "spikes")
	if !strings.HasPrefix(out, earlier) {
		t.Error("what comes later changes how days before it are judged")
	}
}

func TestMissingDaysAreGaps(t *testing.T) {
	var counts []int
	for i := range 60 {
		counts = append(counts, 20+i%3)
	}
	whole := series("date,count", counts...)
	lines := strings.Split(strings.TrimSpace(whole), "\n")
	var kept []string
	for i, line := range lines {
		if i == 0 || i%2 == 1 {
			kept = append(kept, line)
		}
	}
	code, out, _ := sarhad(t, strings.Join(kept, "\n"), "spikes")
	got := rows(t, out)
	if code != 0 || len(got) != len(kept)-1 {
		t.Fatalf("exit %d, %d rows, want %d", code, len(got), len(kept)-1)
	}
	var expected float64
	if _, err := fmt.Sscan(got[len(got)-1][2], &expected); err != nil || expected < 15 {
		t.Errorf("with every second day missing %v are expected, want about 20: %v", expected, err)
	}
}

func TestBadRowsKeepTheirPlace(t *testing.T) {
	in := "\ufeffVolume, Date ,count,expected_sources\r\n100,2025-01-01,5,3\n100,someday,5,3\n100,2025-01-02,-1,3\n100,2025-01-03\n100,2025-01-03,2.5,3\nNaN,2025-01-04,5,3\n,2025-01-05,5,\n100,\"2025-01-06,6,3\n100,2025-01-07,NaN,3\n\n100,2025-01-08,7,Inf\n100,2025-01-09,8,3\n"
	code, out, errors := sarhad(t, in, "spikes")
	if code != 1 {
		t.Errorf("exit %d, want 1", code)
	}
	got := rows(t, out)
	if len(got) != 11 {
		t.Fatalf("%d rows, want 11:\n%s", len(got), out)
	}
	good := map[int]string{0: "2025-01-01", 6: "2025-01-05", 10: "2025-01-09"}
	for i, row := range got {
		if date, ok := good[i]; ok != (row[4] == "none") || ok && row[0] != date || !ok && (row[4] != "error" || row[2] != "" || row[3] != "") {
			t.Errorf("row %d is %v", i+1, row)
		}
	}
	for _, want := range []string{"line 3: column date", "line 4: column count", "line 7: column volume", "line 12: column expected_sources"} {
		if !strings.Contains(errors, want) {
			t.Errorf("no %q in %s", want, errors)
		}
	}
}

func TestSpikesNeedTheirHeader(t *testing.T) {
	for _, in := range []string{"", "\n\n", "day,number\n1,2\n", "2025-01-01,5\n"} {
		if code, out, errors := sarhad(t, in, "spikes"); code != 1 || out != "" || !strings.Contains(errors, "date,count") {
			t.Errorf("%q: exit %d, %q, %q", in, code, out, errors)
		}
	}
	if code, out, _ := sarhad(t, "date,count\n", "spikes"); code != 0 || len(rows(t, out)) != 0 {
		t.Errorf("a series of no days: exit %d, %q", code, out)
	}
}
