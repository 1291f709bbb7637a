package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/sarhad-desk/sarhad/pkg/alert"
	"github.com/sarhad-desk/sarhad/pkg/bus"
)

func (d *Desk) apiNotices(w http.ResponseWriter, r *http.Request) {
	notices, err := d.notices(r, 100)
	if err != nil {
		d.failed(w, r, err)
		return
	}
	d.answer(w, map[string]any{"notices": notices})
}

// notices are the newest n, newest first.
func (d *Desk) notices(r *http.Request, n int) ([]alert.Notice, error) {
	notices := []alert.Notice{}
	last, err := d.Bus.Last(r.Context(), alert.Stream, "")
	if err != nil || last == nil {
		return notices, err
	}
	from := uint64(1)
	if last.Seq > uint64(n) {
		from = last.Seq - uint64(n) + 1
	}
	err = d.Bus.Replay(r.Context(), alert.Stream, from, func(m bus.Delivery) (bool, error) {
		var one alert.Notice
		if json.Unmarshal(m.Data, &one) == nil {
			notices = append([]alert.Notice{one}, notices...)
		}
		return true, nil
	})
	return notices, err
}

func (d *Desk) apiLetters(w http.ResponseWriter, r *http.Request) {
	letters, err := d.letters(r)
	if err != nil {
		d.failed(w, r, err)
		return
	}
	d.answer(w, map[string]any{"letters": letters})
}

func (d *Desk) letters(r *http.Request) ([]bus.DeadLetter, error) {
	letters, err := d.Bus.DeadLetters(r.Context(), 0, maxSize)
	if letters == nil {
		letters = []bus.DeadLetter{}
	}
	return letters, err
}

// number reads the number of a dead letter from the address.
func (d *Desk) number(w http.ResponseWriter, r *http.Request) (uint64, bool) {
	n, err := strconv.ParseUint(r.PathValue("number"), 10, 64)
	if err != nil {
		d.failed(w, r, wrongParameter("number", r.PathValue("number"), "the number of a dead letter"))
	}
	return n, err == nil
}

func (d *Desk) apiLetter(w http.ResponseWriter, r *http.Request) {
	n, ok := d.number(w, r)
	if !ok {
		return
	}
	letter, err := d.Bus.DeadLetter(r.Context(), n)
	if d.answered(w, r, n, err) {
		d.answer(w, letter)
	}
}

// answered reports whether a dead letter was there; where not it has answered.
func (d *Desk) answered(w http.ResponseWriter, r *http.Request, n uint64, err error) bool {
	switch {
	case errors.Is(err, bus.ErrNoLetter):
		d.fail(w, r, http.StatusNotFound, "No such dead letter", fmt.Sprintf("there is no dead letter %d", n))
	case err != nil:
		d.failed(w, r, err)
	}
	return err == nil
}

func (d *Desk) apiRetry(w http.ResponseWriter, r *http.Request) {
	if n, ok := d.number(w, r); ok && d.answered(w, r, n, d.Bus.RetryDead(r.Context(), n)) {
		w.WriteHeader(http.StatusNoContent)
	}
}

func (d *Desk) apiDrop(w http.ResponseWriter, r *http.Request) {
	if n, ok := d.number(w, r); ok && d.answered(w, r, n, d.Bus.DropDead(r.Context(), n)) {
		w.WriteHeader(http.StatusNoContent)
	}
}
