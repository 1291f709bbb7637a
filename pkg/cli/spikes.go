package cli

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sarhad-desk/sarhad/pkg/trend"
)

func (p *program) spikesCommand() *cobra.Command {
	var period string
	c := &cobra.Command{
		Use:   "spikes [FILE|-]",
		Short: "judge a series of counts: expected, p and level of each day",
		Long:  "Reads CSV with the header date,count and, where known, volume (everything collected that day) and expected_sources. Each day is judged from the days before it alone; missing days are gaps, not zeros. Answers date,count,expected,p,level with level none, watch or alert.",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, files []string) error {
			if period != string(trend.Day) && period != string(trend.Week) {
				return usage(fmt.Errorf("--period %q, expected day or week", period))
			}
			in, closeAll, err := open(p.in, files)
			if err != nil {
				return err
			}
			defer closeAll()
			return judgeCSV(in, p.out, trend.Period(period))
		},
	}
	c.Flags().StringVar(&period, "period", "day", "day or week")
	return c
}

// row is one line of a series, read on its own so that a bad one spoils no other.
type row struct {
	line  int
	cells []string
	err   error
}

func readRows(in io.Reader) ([]row, error) {
	var rows []row
	err := eachLine(in, func(n int, line []byte, err error) {
		r := row{line: n, err: err}
		if err == nil {
			reader := csv.NewReader(bytes.NewReader(line))
			reader.LazyQuotes = true
			r.cells, r.err = reader.Read()
		}
		rows = append(rows, r)
	})
	return rows, err
}

// columns finds what the header names.
func columns(head []string) (map[string]int, error) {
	column := map[string]int{}
	for i, name := range head {
		column[strings.TrimSpace(strings.ToLower(name))] = i
	}
	for _, name := range []string{"date", "count"} {
		if _, ok := column[name]; !ok {
			return nil, fmt.Errorf("header %.200q has no column %q, expected date,count and optional volume, expected_sources", strings.Join(head, ","), name)
		}
	}
	return column, nil
}

// judgeCSV answers one row a row; a row that cannot be read keeps its place with the
// level "error", is no part of any base, and makes the whole end with an error.
func judgeCSV(in io.Reader, out io.Writer, period trend.Period) error {
	rows, err := readRows(in)
	if err != nil {
		return err
	}
	if len(rows) == 0 || rows[0].err != nil {
		return errors.New("no header, expected date,count")
	}
	column, err := columns(rows[0].cells)
	if err != nil {
		return err
	}
	rows = rows[1:]
	var points []trend.Point
	var wrong []error
	for i := range rows {
		point, err := pointOf(rows[i].cells, column)
		if rows[i].err = cmp.Or(rows[i].err, err); rows[i].err != nil {
			wrong = append(wrong, fmt.Errorf("line %d: %w", rows[i].line, rows[i].err))
			continue
		}
		points = append(points, point)
	}
	judged := trend.Judge(points, period)
	w := csv.NewWriter(out)
	_ = w.Write([]string{"date", "count", "expected", "p", "level"})
	for _, r := range rows {
		answer := []string{cell(r.cells, column, "date"), cell(r.cells, column, "count"), "", "", "error"}
		if r.err == nil {
			j := judged[0]
			judged = judged[1:]
			answer[2], answer[3], answer[4] = strconv.FormatFloat(j.Expected, 'f', 4, 64), strconv.FormatFloat(j.P, 'g', 6, 64), string(j.Level)
		}
		_ = w.Write(answer)
	}
	w.Flush()
	return errors.Join(append(wrong, w.Error())...)
}

func cell(row []string, column map[string]int, name string) string {
	if i, ok := column[name]; ok && i < len(row) {
		return strings.TrimSpace(row[i])
	}
	return ""
}

func pointOf(row []string, column map[string]int) (trend.Point, error) {
	var p trend.Point
	var err error
	if p.Start, err = parseTime(cell(row, column, "date")); err != nil {
		return p, fmt.Errorf("column date: %w", err)
	}
	count, err := strconv.ParseFloat(cell(row, column, "count"), 64)
	if err != nil || count < 0 || count != float64(int(count)) {
		return p, fmt.Errorf("column count: found %q, expected a whole number of 0 or more", cell(row, column, "count"))
	}
	p.Count = int(count)
	for name, into := range map[string]*float64{"volume": &p.Volume, "expected_sources": &p.Expected} {
		value := cell(row, column, name)
		if value == "" {
			continue
		}
		if *into, err = strconv.ParseFloat(value, 64); err != nil || !(*into >= 0) || math.IsInf(*into, 0) {
			return p, fmt.Errorf("column %s: found %q, expected a number of 0 or more", name, value)
		}
	}
	p.Start = p.Start.Truncate(24 * time.Hour)
	return p, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
