package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
)

// web is the process's listener. It answers /healthz, /readyz and /metrics from the
// first moment, and the desk once everything is open.
type web struct {
	listener net.Listener
	desk     atomic.Pointer[http.Handler]
}

func (w *web) addr() net.Addr {
	if w == nil {
		return nil
	}
	return w.listener.Addr()
}

func (w *web) serve(desk http.Handler) { w.desk.Store(&desk) }

// listen opens the desk's address where the desk runs, else the one of the metrics.
func (a *App) listen() error {
	address := a.cfg.Ops.Listen
	if a.has("desk") {
		address = a.cfg.Desk.Listen
	}
	if address == "" {
		return nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("listen on %s: %w (another Sarhad? choose another address with --listen or in the settings)", address, err)
	}
	a.web = &web{listener: listener}
	ops := a.metrics.Handler(a.ready)
	server := &http.Server{
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch desk := a.web.desk.Load(); {
			case r.URL.Path == "/healthz", r.URL.Path == "/readyz", r.URL.Path == "/metrics":
				ops.ServeHTTP(w, r)
			case desk != nil:
				(*desk).ServeHTTP(w, r)
			default:
				a.notYet(w)
			}
		}),
	}
	a.group.Go("web", func(context.Context) error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	a.group.Go("web stop", func(ctx context.Context) error {
		<-ctx.Done()
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.cfg.Stop/2)
		defer cancel()
		if err := server.Shutdown(closing); err != nil {
			return server.Close()
		}
		return nil
	})
	a.log.Info("listening", "address", "http://"+listener.Addr().String())
	return nil
}

func (a *App) notYet(w http.ResponseWriter) {
	_, lines := a.ready.State()
	w.Header().Set("Retry-After", "2")
	w.WriteHeader(http.StatusServiceUnavailable)
	fmt.Fprintln(w, "Sarhad is starting.\n"+strings.Join(lines, "\n"))
}

// level brings one look at the bus into the metrics.
func (a *App) level(h bus.Health) {
	for _, s := range h.Streams {
		a.metrics.Level("stream messages", s.Name, float64(s.Messages))
		a.metrics.Level("stream fill", s.Name, s.Share)
	}
	for _, c := range h.Consumers {
		a.metrics.Level("consumer lag", c.Stream+"."+c.Durable, float64(c.Lag))
	}
	a.metrics.Level("dead letters", "", float64(h.Dead.Count))
}
