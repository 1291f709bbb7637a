package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// needed is a setting of the tests' environment. Where it is missing the test is
// skipped with the reason, in CI it fails.
func needed(t testing.TB, name, what string) string {
	t.Helper()
	value := os.Getenv(name)
	if value != "" {
		return value
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not set: CI skips nothing, and %s is missing", name, what)
	}
	t.Skipf("%s is not set, so %s is missing; scripts/test sets it", name, what)
	return ""
}

// process is a program under test.
type process struct {
	t    testing.TB
	args []string
	env  []string
	cmd  *exec.Cmd
	done chan error // what the process ended with
	log  *os.File
}

// spawn starts a program that is stopped at the end of the test; what it logs is
// shown where the test fails.
func spawn(t testing.TB, env []string, args ...string) *process {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), filepath.Base(args[0])+".log"))
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, args: args, env: env, log: log}
	p.start()
	t.Cleanup(func() {
		p.stop(syscall.SIGTERM)
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			if len(text) > 6000 {
				text = text[len(text)-6000:]
			}
			t.Logf("%s:\n%s", strings.Join(args, " "), text)
		}
		log.Close()
	})
	return p
}

func (p *process) start() {
	p.t.Helper()
	p.cmd = exec.Command(p.args[0], p.args[1:]...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.Env = append(cleanEnvironment(), p.env...)
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.done = make(chan error, 1)
	go func(cmd *exec.Cmd, done chan error) { done <- cmd.Wait() }(p.cmd, p.done)
}

// ended reports whether the process has ended by itself.
func (p *process) ended() bool {
	select {
	case err := <-p.done:
		p.done <- err
		return true
	default:
		return false
	}
}

// stop sends the signal and waits; a process that outlives it for 20 s is killed, and fails the test.
func (p *process) stop(signal syscall.Signal) {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Signal(signal)
	select {
	case err := <-p.done:
		if err != nil && signal == syscall.SIGTERM {
			p.t.Errorf("%s ended with %v", p.args[0], err)
		}
	case <-time.After(20 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.done
		p.t.Errorf("%s did not stop within 20 s of %v", p.args[0], signal)
	}
	p.cmd = nil
}

// cleanEnvironment is the environment without settings of Sarhad's own.
func cleanEnvironment() []string {
	var out []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "SARHAD_") {
			out = append(out, v)
		}
	}
	return out
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// natsServer starts a nats-server process with JetStream that fsyncs every message.
func natsServer(t testing.TB) (url string) {
	t.Helper()
	binary := needed(t, "SARHAD_TEST_NATS_SERVER", "the nats-server program")
	address := freePort(t)
	conf := filepath.Join(t.TempDir(), "nats.conf")
	text := fmt.Sprintf("listen: %q\njetstream { store_dir: %q, sync_interval: always, max_file_store: 20GB }\n", address, t.TempDir())
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	spawn(t, nil, binary, "-c", conf)
	return "nats://" + address
}

// until waits for a condition, and fails with what it last said.
func until(t testing.TB, within time.Duration, condition func() (bool, string)) {
	t.Helper()
	deadline := time.Now().Add(within)
	for {
		ok, said := condition()
		if ok {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", within, said)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// request sends one HTTP request and decodes its JSON answer.
func request(ctx context.Context, method, address, user, password string, body, into any) error {
	var content io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if user != "" {
		r.SetBasicAuth(user, password)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= 300 {
		err = fmt.Errorf("%s %s answered %s: %.300s", method, address, response.Status, data)
	}
	if err == nil && into != nil {
		err = json.Unmarshal(data, into)
	}
	return err
}
