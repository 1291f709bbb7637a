package page

import (
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/text"
)

// month is a month's name: of the Gregorian year, or of the solar Hijri year.
type month struct {
	number int
	solar  bool
}

// monthNames lists names by language, the twelve of a year from January, or from
// Hamal (Farvardin) for the solar years. Spellings of one month stand together, a
// slash between them; a name of two words has an underscore.
var monthNames = []struct {
	solar bool
	names string
}{
	{false, "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sep/sept october/oct november/nov december/dec"},
	{false, "januar/jänner/jan februar/feber/feb märz/mrz april mai juni juli august september oktober/okt november dezember/dez"},
	{false, "janvier/janv février/févr/fév mars avril/avr mai juin juillet/juil août septembre octobre novembre décembre/déc"},
	{false, "enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre octubre noviembre diciembre/dic"},
	{false, "gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre/set ottobre/ott novembre dicembre"},
	{false, "janeiro fevereiro/fev março abril maio/mai junho julho agosto setembro/set outubro/out novembro dezembro"},
	{false, "januari februari maart/mrt april mei juni juli augustus/agustus september oktober november desember"},
	{false, "stycznia/styczeń/sty lutego/luty/lut marca/marzec kwietnia/kwiecień/kwi maja/maj czerwca/czerwiec/cze lipca/lipiec/lip sierpnia/sierpień/sie września/wrzesień/wrz października/październik/paź listopada/listopad/lis grudnia/grudzień/gru"},
	{false, "ledna/leden února/únor března/březen dubna/duben května/květen června/červen července/červenec srpna/srpen září října/říjen listopadu prosince/prosinec"},
	{false, "января/январь/янв февраля/февраль/фев марта/март апреля/апрель/апр мая/май июня/июнь июля/июль августа/август/авг сентября/сентябрь/сен октября/октябрь/окт ноября/ноябрь/ноя декабря/декабрь/дек"},
	{false, "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"},
	{false, "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık"},
	{false, "januari februari mars april maj juni juli augusti september oktober november december"},
	{false, "januar februar marts/mars april maj/mai juni juli august september oktober november december/desember/des"},
	{false, "tammikuuta/tammikuu helmikuuta/helmikuu maaliskuuta/maaliskuu huhtikuuta/huhtikuu toukokuuta/toukokuu kesäkuuta/kesäkuu heinäkuuta/heinäkuu elokuuta/elokuu syyskuuta/syyskuu lokakuuta/lokakuu marraskuuta/marraskuu joulukuuta/joulukuu"},
	{false, "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie"},
	{false, "január február március április május június július augusztus szeptember október november december"},
	{false, "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου"},
	{false, "جنوری فروری مارچ اپریل مئی/مئ جون جولائی اگست ستمبر اکتوبر نومبر دسمبر"},
	{false, "جنوري فبروري/فبرورۍ مارچ/مارچ‎ اپرېل/اپریل مې/می جون/جون جولای/جولايي/جولائي اگست/آګست/اګست سپتمبر/سېپتمبر اکتوبر/اکټوبر نومبر/نوامبر دسمبر/ډسمبر/دېسمبر"},
	{false, "ژانویه/جنوری فوریه/فبروری مارس/مارچ آوریل/آپریل/اپریل مه/می ژوئن/جون ژوئیه/جولای/جولای اوت/آگوست/اگست سپتامبر/سپتمبر اکتبر/اکتوبر نوامبر/نومبر دسامبر/دسمبر"},
	{false, "يناير/كانون_الثاني فبراير/شباط مارس/آذار أبريل/نيسان مايو/أيار يونيو/يونيه/حزيران يوليو/يوليه/تموز أغسطس/آب سبتمبر/أيلول أكتوبر/تشرين_الأول نوفمبر/تشرين_الثاني ديسمبر/كانون_الأول"},
	{false, "जनवरी/जन फरवरी/फ़रवरी/फर मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर"},
	{true, "حمل ثور جوزا/جوزاء سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت"},
	{true, "وری غویی/غوایی غبرګولی چنګاښ زمری وږی تله لړم لیندۍ/لیندی مرغومی سلواغه کب"},
	{true, "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"},
}

// months finds a month by its folded name.
var months = readMonths()

func readMonths() map[string]month {
	out := map[string]month{}
	for _, lang := range monthNames {
		for i, spellings := range strings.Fields(lang.names) {
			for _, name := range strings.Split(spellings, "/") {
				k := text.Fold(strings.ReplaceAll(name, "_", " "))
				if _, taken := out[k]; !taken {
					out[k] = month{i + 1, lang.solar}
				}
			}
		}
	}
	return out
}
