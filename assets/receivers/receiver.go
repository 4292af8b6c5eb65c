// A receiver for andon's buttons whose work takes longer than an answer, in Go's standard library alone (Go 1.19).
//
//	RECEIVER_SECRET=whsec_... go run receiver.go -port 9000 -- ./roll-back.sh
//
// Give the action the endpoint that is printed at the start, and the same secret to sign with:
//
//	endpoint = "http://127.0.0.1:9000/hook"
//	[action.sign]
//	key = "${secret:WHSEC}"
//
// A press is answered at once with 202 and the address of its job in Location; andon polls it until it has ended. The
// program is started directly (no shell) and reads the JSON of the press on its standard input. The last line that it
// prints is the job's message; an exit code other than 0 makes the run fail.
//
// Only what is signed by the secret is taken (Standard Webhooks), and only within five minutes of its time.
//
// One press runs once: andon sends the same webhook-id whenever it sends a press again. Each id is on disk before the
// program starts, so a repeat gets the address of the first job, also after a restart. A press whose program was
// interrupted by a crash is never run again: its job is gone (410), andon calls the run unknown, and a person decides.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	maxBody   = 1 << 20             // bytes; an incident with all its alerts is far below
	tolerance = 5 * time.Minute     // how far the time of a request may be from ours
	keep      = 30 * 24 * time.Hour // how long an id is remembered
	maxText   = 500                 // bytes of a message
)

// plain is what an id may be: it stands in an address.
var plain = regexp.MustCompile(`^[A-Za-z0-9_-]{1,200}$`)

// job is one press, from the moment it was taken.
type job struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Status  string    `json:"status"` // running, succeeded, failed
	Message string    `json:"message,omitempty"`
	lost    bool      // its program was interrupted by a crash
}

// jobs are all presses that were taken; each change is on disk before anyone hears of it.
type jobs struct {
	mu   sync.Mutex
	byID map[string]*job
	file *os.File
}

// open reads the state file, forgets what is old, and goes on writing it.
func open(path string) (*jobs, error) {
	all := &jobs{byID: map[string]*job{}}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maxBody)
	for lines.Scan() {
		one := &job{}
		// A line that was cut by a crash is the last one, and nothing was started for it.
		if json.Unmarshal(lines.Bytes(), one) == nil && time.Since(one.At) < keep {
			one.lost = one.Status == "running"
			all.byID[one.ID] = one
		}
	}
	fresh := path + ".new"
	if all.file, err = os.OpenFile(fresh, os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600); err != nil {
		return nil, err
	}
	for _, one := range all.byID {
		if err := all.write(one); err != nil {
			return nil, err
		}
	}
	return all, os.Rename(fresh, path)
}

func (all *jobs) write(one *job) error {
	line, err := json.Marshal(one)
	if err != nil {
		return err
	}
	if _, err := all.file.Write(append(line, '\n')); err != nil {
		return err
	}
	return all.file.Sync()
}

// take gives true for the first delivery of an id: only then may its program be started.
func (all *jobs) take(id string) (bool, error) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.byID[id] != nil {
		return false, nil
	}
	one := &job{ID: id, At: time.Now(), Status: "running"}
	// Remembered even where it could not be written: whether a part of the line is on disk is not known.
	all.byID[id] = one
	if err := all.write(one); err != nil {
		one.lost = true
		return false, err
	}
	return true, nil
}

func (all *jobs) end(id, status, message string) {
	all.mu.Lock()
	defer all.mu.Unlock()
	one := *all.byID[id]
	one.Status, one.Message = status, message
	if err := all.write(&one); err != nil {
		log.Printf("the state file cannot be written: %v", err)
	}
	all.byID[id] = &one
}

func (all *jobs) get(id string) (job, bool) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if one := all.byID[id]; one != nil {
		return *one, true
	}
	return job{}, false
}

// receiver answers presses and polls.
type receiver struct {
	key     []byte
	jobs    *jobs
	command []string
	limit   time.Duration
}

func (r *receiver) press(w http.ResponseWriter, request *http.Request) {
	if request.Method != http.MethodPost {
		answer(w, http.StatusMethodNotAllowed, map[string]any{"message": "presses are posted"})
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, maxBody))
	if err != nil {
		answer(w, http.StatusRequestEntityTooLarge, map[string]any{"message": "the body did not come whole, or is too large"})
		return
	}
	if why := r.verify(request.Header, body); why != "" {
		answer(w, http.StatusUnauthorized, map[string]any{"message": why})
		return
	}
	var press struct {
		Type string `json:"event_type"`
	}
	if json.Unmarshal(body, &press) != nil || press.Type != "i_custom" {
		answer(w, http.StatusBadRequest, map[string]any{"message": "event_type must be i_custom"})
		return
	}
	id := request.Header.Get("webhook-id")
	first, err := r.jobs.take(id)
	if err != nil {
		answer(w, http.StatusInternalServerError, map[string]any{"message": "nothing was started: the state file cannot be written"})
		return
	}
	if first {
		go r.run(id, body)
	}
	w.Header().Set("Location", "/jobs/"+r.name(id))
	w.Header().Set("Retry-After", "1")
	taken := map[string]any{"message": "taken"}
	if !first {
		taken["duplicate"] = true
	}
	answer(w, http.StatusAccepted, taken)
}

// verify gives why a request is not believed, or nothing.
func (r *receiver) verify(header http.Header, body []byte) string {
	id, at := header.Get("webhook-id"), header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !plain.MatchString(id) {
		return "webhook-id or webhook-timestamp is missing or wrong"
	}
	if off := time.Since(time.Unix(seconds, 0)); off > tolerance || off < -tolerance {
		return "webhook-timestamp is more than 5 minutes from the receiver's clock"
	}
	wanted := sum(r.key, id, ".", at, ".", string(body))
	for _, one := range strings.Fields(header.Get("webhook-signature")) {
		given, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(one, "v1,"))
		if strings.HasPrefix(one, "v1,") && err == nil && hmac.Equal(given, wanted) {
			return ""
		}
	}
	return "no signature is by the receiver's secret"
}

// name is what a job is called in its address: polls are not signed, so nobody must be able to guess it.
func (r *receiver) name(id string) string {
	return id + "." + hex.EncodeToString(sum(r.key, "job ", id))[:32]
}

func (r *receiver) poll(w http.ResponseWriter, request *http.Request) {
	name := strings.TrimPrefix(request.URL.Path, "/jobs/")
	id := name
	if dot := strings.LastIndex(name, "."); dot >= 0 {
		id = name[:dot]
	}
	one, known := r.jobs.get(id)
	switch {
	case !known || !hmac.Equal([]byte(name), []byte(r.name(id))):
		answer(w, http.StatusNotFound, map[string]any{"message": "there is no such job"})
	case one.lost:
		answer(w, http.StatusGone, map[string]any{"message": "interrupted before it ended, and not run again: see whether it took effect"})
	default:
		answer(w, http.StatusOK, map[string]any{"status": one.Status, "message": one.Message})
	}
}

// run starts the program and writes down how it ended.
func (r *receiver) run(id string, press []byte) {
	if len(r.command) == 0 {
		fmt.Printf("%+q\n", press) // quoted: nothing that a terminal could be misled by
		r.jobs.end(id, "succeeded", "printed")
		return
	}
	limited, cancel := context.WithTimeout(context.Background(), r.limit)
	defer cancel()
	var out, errs tail
	program := exec.CommandContext(limited, r.command[0], r.command[1:]...)
	program.Stdin, program.Stdout, program.Stderr = bytes.NewReader(press), &out, &errs
	err := program.Run()
	switch {
	case limited.Err() != nil:
		r.jobs.end(id, "failed", fmt.Sprintf("stopped after %s", r.limit))
	case err != nil:
		r.jobs.end(id, "failed", first(errs.last(), out.last(), err.Error()))
	default:
		r.jobs.end(id, "succeeded", first(out.last(), "done"))
	}
}

// tail keeps the end of what a program prints.
type tail []byte

func (t *tail) Write(text []byte) (int, error) {
	*t = append(*t, text...)
	if over := len(*t) - 64*1024; over > 0 {
		*t = append(tail(nil), (*t)[over:]...)
	}
	return len(text), nil
}

// last is the last line that is not empty.
func (t tail) last() string {
	lines := strings.Split(strings.TrimSpace(strings.ToValidUTF8(string(t), "?")), "\n")
	line := strings.TrimSpace(lines[len(lines)-1])
	if len(line) > maxText {
		line = strings.ToValidUTF8(line[:maxText], "")
	}
	return line
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func sum(key []byte, parts ...string) []byte {
	mac := hmac.New(sha256.New, key)
	for _, part := range parts {
		mac.Write([]byte(part))
	}
	return mac.Sum(nil)
}

func answer(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// Who asked may have gone; the job's end is on disk all the same.
	_ = json.NewEncoder(w).Encode(body)
}

func main() {
	bind := flag.String("bind", "127.0.0.1", "the address it listens on")
	port := flag.Int("port", 9000, "the port; 0 takes a free one")
	path := flag.String("path", "/hook", "where presses go")
	state := flag.String("state", "receiver.jsonl", "where ids are kept")
	limit := flag.Duration("timeout", 30*time.Minute, "how long the program may take")
	flag.Parse()
	log.SetFlags(0)
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("RECEIVER_SECRET"), "whsec_"))
	if err != nil || len(key) == 0 {
		log.Fatal("set RECEIVER_SECRET to whsec_ and base64: without it anyone could press the button")
	}
	os.Unsetenv("RECEIVER_SECRET") // the program does not inherit it
	all, err := open(*state)
	if err != nil {
		log.Fatalf("the state file cannot be used: %v", err)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(*bind, strconv.Itoa(*port)))
	if err != nil {
		log.Fatal(err)
	}
	r := &receiver{key: key, jobs: all, command: flag.Args(), limit: *limit}
	mux := http.NewServeMux()
	mux.HandleFunc(*path, r.press)
	mux.HandleFunc("/jobs/", r.poll)
	server := &http.Server{Handler: mux, ReadTimeout: 15 * time.Second, WriteTimeout: 15 * time.Second}
	fmt.Printf("listening on http://%s%s\n", listener.Addr(), *path)
	log.Fatal(server.Serve(listener))
}
