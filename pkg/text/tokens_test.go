package text

import "testing"

func TestTokens(t *testing.T) {
	for _, s := range []string{"TTP’s #تحریک_طالبان کابل:طالبان", "كابل ﷲ خانهٔ ئ ئ پښتونخوا تحریکِ"} {
		t.Log(Tokens(s), Fold(s), Fold(Fold(s)) == Fold(s))
	}
	t.Log(len(CharFilter()), CharFilter()[100:110])
}
