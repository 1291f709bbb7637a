package desk

import (
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/config"
)

// interfaceLanguages are the languages of the pages, as their readers call them.
func interfaceLanguages() []language {
	return []language{{Code: "en", Name: "English"}, {Code: "ur", Name: "اردو"}, {Code: "ps", Name: "پښتو"}, {Code: "fa", Name: "دری"}, {Code: "hi", Name: "हिन्दी"}}
}

type language struct {
	Code, Name, Link string
	Now              bool
}

const languageCookie = "ui"

// loadMessages reads messages/*.yaml: the English of the templates and what it is
// called in another language.
func loadMessages() (map[string]map[string]string, error) {
	names, err := fs.Glob(files, "messages/*.yaml")
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]string{}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		said := map[string]string{}
		if _, err := config.Decode(name, data, &said); err != nil {
			return nil, err
		}
		all[strings.TrimSuffix(path.Base(name), ".yaml")] = said
	}
	return all, nil
}

// say is a message in a language, in English where it has not been translated.
func (d *Desk) say(ui, key string) string {
	if s, ok := d.messages[ui][key]; ok {
		return s
	}
	return key
}

// language is what the reader chose, or what the browser asks for.
func (d *Desk) language(w http.ResponseWriter, r *http.Request) string {
	known := func(code string) bool { return code == "en" || d.messages[code] != nil }
	if chosen := r.URL.Query().Get(languageCookie); known(chosen) {
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: chosen, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteStrictMode})
		return chosen
	}
	if c, err := r.Cookie(languageCookie); err == nil && known(c.Value) {
		return c.Value
	}
	for _, asked := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		code, _, _ := strings.Cut(strings.TrimSpace(asked), ";")
		code, _, _ = strings.Cut(code, "-")
		if known(code) {
			return code
		}
	}
	return "en"
}

func (d *Desk) languages(r *http.Request, now string) []language {
	out := interfaceLanguages()
	for i := range out {
		values := r.URL.Query()
		values.Set(languageCookie, out[i].Code)
		out[i].Now, out[i].Link = out[i].Code == now, r.URL.Path+"?"+values.Encode()
	}
	return out
}

func direction(code string) string {
	switch code {
	case "ur", "ps", "fa", "ar":
		return "rtl"
	}
	return "ltr"
}
