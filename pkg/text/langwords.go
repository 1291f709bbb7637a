package text

// functionWords are the commonest words that carry grammar, by language, with the
// spellings people use. A word may stand under several languages and then tells only
// the others apart. They are folded when the classifier is built.
var functionWords = map[string]string{
	"en": `the of and to in a is that for on with as by at from was were are be been has have had it its this these those
		an or not but which who whom whose their they them he she his her we our us you your i my me will would can could should
		may might must shall do does did no nor so if when where why how what there here than then after before over under
		into onto out up down off about against between during while says said say after more most some any all both each
		other such only own same too very one two three new amid near again also still yet since until because among along
		despite within without across through per via ago back being having`,
	"ur": `کا کی کے کو نے سے میں پر ہے ہیں تھا تھی تھے ہو ہوا ہوئی ہوئے ہوں ہوگا ہوگی ہونے کر کرنے کرتا کرتے کرتی کیا کیے کیا گیا گئی گئے
		اور یا لیکن مگر اگر تو بھی ہی نہیں نہ یہ وہ اس ان جو جس جن جب تک اب آپ ہم وہاں یہاں اپنا اپنی اپنے کوئی کچھ سب بہت والا والی والے
		دیا دی دیے لیا لی جا جاتا جاتی جاتے رہا رہی رہے سکتا سکتی سکتے چاہیے بعد پہلے پھر دوبارہ ساتھ لیے لئے ایک دو تین وجہ طرف خلاف بارے مطابق
		کہنا کہا کہتے ہیں کہ کیوں کہاں کیسے کب چکا چکی چکے درمیان دوران جانب متعلق ہونا کریں دیں جائے جائیں جائیگا گا گی گے
		وزیراعظم نے تاہم جبکہ جبکہ چنانچہ مزید تمام دیگر ذریعے باعث سمیت حوالے دوسری دوسرے پہلی`,
	"ps": `د په چې کې ته له او دا هغه دي ده دی نه به یې یو هم سره تر څخه پر پورې هغو هغوی دوی موږ زموږ ستاسو خپل خپله خپلو
		شوي شوی شوې شول شو شوه کړ کړی کړې کړي کړه کړل کوي کړئ کیږي کېږي وي وو وه وایي وویل ویلي ورته راته لري لرل باندې لاندې
		ځکه خو که نو یا هر ټول ټولو نور نورو ډېر ډیر دغه دغو هېڅ هیڅ لپاره پاره وروسته مخکې اړه پورته ترڅو ترمنځ منځ ضد خلاف
		شي شم کول کولو کولای کېدل ورکړ وکړ وکړل وکړي وکړه وشو وشوه وشول اوس بیا لا تل چا څوک څه ولې چېرې کله څنګه ډول بل بله
		یوه دوه درې کښې کی سی چه دې دهغه وروڼه یوازې همدا همدې همدغه زه ته تاسو ما تا ستا زما`,
	"fa": `در به از که را این آن با است و برای تا بر هم یا نیز اما ولی اگر چون پس هر یک دو سه خود او ما شما آنها ایشان آنان
		شد شده شدن شود شوند می نمی بود بودند باشد باشند کرد کرده کردن کند کنند کردند گفت گفته گفتند دارد دارند داشت داشته داشتند
		خواهد خواهند باید نباید نیست هستند های ها هایی ترین تر چه چرا کجا چگونه هیچ همه بعضی دیگر پیش بعد قبل روی زیر میان بین
		درباره علیه سوی طی توسط مورد بدون بیش کم همین همان چنین چنان نه بلی اکنون هنوز دوباره باز یافت گرفت داد داده دهد
		می‌شود می‌کند می‌گوید می‌گویند نمی‌شود می‌کنند آمده رفته اند ام ای اینکه آنکه براساس اساس وی
		میشود میکند میکنند میگوید میگویند میباشد مینماید نموده نمود گردید گردد کنیم کنم است بوده`,
	"ar": `في من على إلى عن أن إن لا ما هذا هذه ذلك تلك التي الذي الذين هو هي هم كان كانت يكون تكون قد لقد لم لن كل بعض غير
		بين بعد قبل حتى عند منذ خلال ضد حول دون مع أو ثم بل لكن أي كما حيث إذا لو لدى أمام تحت فوق أكثر أقل عدم وقال قال قالت
		وفي ومن وعلى وإلى وأن وإن وهو وهي وكان وقد ولم ولا أنه أنها بأن لأن كانوا يجب يمكن له لها لهم به بها فيه فيها منه منها
		عليه عليها إليه نحن أنا أنت هناك هنا اليوم أمس غدا نحو عبر وسط إثر جراء بسبب مثل أيضا وذلك إنه إنها ليس ليست`,
	"pnb": `دا دی دے دیاں نوں نے تے وچ وچوں نیں سن ہے ہن ایہ ایہہ اوہ اوہناں ایہناں اوس ایس جیہڑا جیہڑی جیہڑے کسے کوئی نئیں نہیں
		کیتا کیتی کیتے گیا گئی گئے ہوئی ہویا ہوئے ہووے ہون کرن کردا کردے کردی دتا دتی دتے لئی توں نال اتے اپنے اپنی اپنا سارے ہر بندے بندہ
		ساڈا ساڈی ساڈے تہاڈا اوہدا ایہدا ہور پر جد جدوں ہلے آکھیا دسیا پئی رہوے ویلے کول مگروں اوتھے ایتھے ہاں سانوں اوہنوں`,
	"skr": `دا دی دے دیاں کوں کنوں وچ تے ہے ہن ہے ہِن نئیں کینی کیتا کیتی کیتے تھیا تھئی تھیسی ڳیا ڳئی ڳئے ڳالھ جیں کہیں ہر ہک
		نال ساکوں تہاکوں آہدے اساں تساں اساݙے تہاݙے ساݙا ساݙے پیا پئی پئے ہئی ہا ہوون ہووے ݙتا ݙتی کیتے سانگے ول اتے اتیں آپݨے`,
	"sd": `جو جي جا جون کي ۾ تي ۽ کان ته نه آهي آهن هو هئي هئا هن هيءَ هي اهو اها اهي جيڪو جيڪي جنهن انهن هڪ ٻه ٽي به پر يا وارو واري وارا
		ڪيو ڪئي ڪري ڪرڻ ڪرڻ ويو وئي ويا ٿيو ٿي ٿا ٿو ٿيڻ ڏنو ڏئي چيو چيا لاءِ سان وٽ مان پنهنجي پنهنجو پنهنجا پوءِ اڳ جڏهن تڏهن ڪو ڪا ڪجهه سڀ وڌيڪ هئڻ ماڻهو ماڻهن`,
	"ckb": `لە بە و کە بۆ ئەم ئەو ئەوە ئەمە هەر یان دا دەکات دەکەن کرد کراوە کرا کراون هەیە نییە دەبێت بوو بووە بوون لەگەڵ سەر پێش پاش دوای
		هەموو مافی مرۆڤ ئەوان ئێمە خۆی خۆیان هیچ وەک بێ نێوان ژێر لەسەر لەلایەن هاتووە ڕۆژ ساڵ کەس دەڵێت گوتی دەڵێن وتی جۆرە تر`,
	"ug": `ۋە بىر بۇ ئۇ شۇ بىلەن ئۈچۈن ھەر ھەم ياكى ئەمما لېكىن دېدى بولغان قىلغان قىلىش بولۇپ كېرەك ئەمەس بار يوق ئۆز ئۆزىنىڭ
		ئۇلار بىز سىز مەن كېيىن بۇرۇن ھازىر ئىكەن بولىدۇ قىلىدۇ قىلدى بولدى دەپ ئىچىدە ئارىسىدا توغرىسىدا قارشى ھېچ ھەممە`,
	"hi": `का की के को ने से में पर है हैं था थी थे हो हुआ हुई हुए हूं हूँ होगा होगी होने होना कर करने करता करते करती किया किए किये गया गई गए
		और या लेकिन मगर अगर तो भी ही नहीं न यह ये वह वे इस उस इन उन जो जिस जिन जब तक अब आप हम वहां यहां अपना अपनी अपने कोई कुछ सब बहुत
		वाला वाली वाले दिया दी दिए लिया ली लिए जा जाता जाती जाते रहा रही रहे सकता सकती सकते चाहिए बाद पहले फिर दोबारा साथ एक दो तीन वजह तरफ
		खिलाफ बारे मुताबिक अनुसार कहा कहना कि क्यों कहां कैसे कब चुका चुकी चुके बीच दौरान ओर करें दें जाए गा गी द्वारा तथा एवं किसी प्रति बिना अथवा`,
	"mr": `आहे आहेत आणि या व हा ही हे तो ती ते त्या त्यांनी त्याने होता होती होते झाला झाली झाले केला केली केले करण्यात आला आली आले नाही नाहीत
		मध्ये वर साठी पासून असे असा अशी म्हणून म्हणाले सर्व प्रत्येक कोणत्याही किंवा तर पण मात्र आपल्या त्याच्या त्यांच्या यांनी च्या ला ने नंतर पूर्वी`,
	"ne": `छ छन् छैन हो थियो थिए गरेको गरेका गर्ने गर्न गरे गरिएको भएको भएका भए भन्ने भने बताए र को का की मा ले लाई बाट पनि यो त्यो यी ती
		उनी उनले हुन हुने हुन्छ तर वा अथवा प्रत्येक सबै कुनै हरू सम्म लागि अनुसार आफ्नो पछि अघि गर्नु देखि`,
	"sa": `च वा न तु हि एव अपि इति अस्ति भवति सर्वे सर्वेषां यत् तत् तस्य तेन सह विना प्रति स्वस्य अधिकारः`,
	"ur-Latn": `ka ki ke kay ko ne nay se say mein mai mei par pe hai hain hein hy tha thi thay ho hua hui huay huwa hoga hogi honge hona hone honay
		raha rahi rahe rahay kar karna karne karnay karta karti karte kartay kiya kia kya kyun kyon kyu nahi nahin nai nahe na bhi bi aur or ya lekin magar
		agar toh tou yeh ye woh wo wohi jo jis jin jab tab ab aap ap hum ham mera meri mere mery tera teri apna apni apne apnay tum tumhara iska uska inka unka
		iss uss inn unn isay usay inhe unhe unhon inhon koi kuch kuchh sab bohat bohot bahut buhat wala wali wale walay gaya gayi gaye gya gai gayee diya dia
		liya lia liye liay lye jata jati jate jaye jaega jayega sakta sakti sakte saktay chahiye chahie chahye baad pehle pehlay phir dobara tak sath saath
		raat din log logon aik ek teen chaar paanch wajah taraf khilaf baray bare mutabiq kehna kaha kehte kehtay hota hoti hote hotay karo karen karein kren
		kr krna krne rha rhi rhe hn hen mjhe mujhe tumhe hamen humein hamara hamari hamare unki unke uski uske iske inki inke jiska jiski kisi kahan yahan wahan
		kab kaise kaisay bilkul zaroor sirf hi abhi kabhi kal aaj achha acha accha bara bari dono doosri doosre pehli naya nayi nahe hon hoon hun lag laga lagi
		gay gi ga raha chuka chuki chuke waqt sal saal mulk hukumat hukoomat awam khabar sarkar fauj sarhad afraad afrad darmiyan jari pakistan
		bata bataya batao chal mat kyunke kyonke taake jabke lekn agr wahi itna kitna jaisa jaise jaisay waise pata`,
	"de": `der die das und ist nicht ein eine einer einem einen den dem des zu mit von auf für im in sich auch als an es er sie wir ich ihr
		hat haben hatte war waren wird werden wurde wurden sind sein bei nach aus vor über unter um am wie oder aber noch nur kann jeder dass durch gegen zum zur wegen`,
	"fr": `le la les de des du un une et est en que qui dans pour sur par pas ne plus avec ce cette ces son sa ses au aux il elle ils elles
		nous vous je leur ont été être avoir fait ou mais si tout toute comme sans après avant contre entre selon depuis deux à y se sont d l qu n s c`,
	"es": `el la los las de del y en que un una es por con para no se su sus lo al como más pero o este esta estos fue ha han son ser hay
		entre sin sobre también después antes contra desde hasta según cuando donde todo toda dos años otra otro fueron muy ya`,
	"it": `il lo la gli le di del della dei delle e è in che un una per con non si su da dal alla al ai come più ma o questo questa sono
		ha hanno stato stata essere anche dopo prima contro tra fra sul sulla due anni ogni ed nel nella nei i l`,
	"pt": `o a os as de do da dos das e em que um uma é por com para não se seu sua no na nos nas ao à como mais mas ou este esta foi
		foram são ser há entre sem sobre também depois antes contra desde até segundo quando onde todo toda dois anos pelo pela ele ela muito já`,
	"nl": `de het een en van in is dat op te voor met niet zijn er aan om ook als bij door naar uit over hij zij ze wij ik heeft hebben
		had was waren wordt werden werd nog maar of dan tegen tussen twee geleden deze die dit weer onder na`,
	"tr": `ve bir bu da de için ile olarak olan çok daha en gibi kadar sonra önce göre karşı değil ne ya her o ama ise mi mı diye var yok
		oldu olduğu etti edildi dedi yeni yıl iki yeniden hem şu tarafından arasında nedeniyle herkes hakkı bunu onun`,
	"az": `və bir bu da də üçün ilə olan olaraq çox daha ən kimi qədər sonra əvvəl görə qarşı deyil ya hər o amma isə var yox oldu etdi
		dedi yeni il iki yenidən hüququna edilib barədə onun hüququ malikdir şəxs`,
	"id": `yang dan di ke dari ini itu untuk dengan pada dalam adalah tidak akan oleh atau juga sudah telah bisa dapat ada karena sebagai
		mereka kami kita saya dia orang setiap hak tahun lalu dua saat setelah sebelum antara bahwa tersebut para seperti hanya`,
	"uz": `va bir bu uchun bilan ham har yoki kerak emas edi bo ki o g deb dedi qildi etdi qilish uning ular biz shu ega huquqiga huquqi
		inson yangi ikki yil oldin keyin haqida yana bo'lgan bo'lib
		ва бир бу учун билан ҳам ҳар ёки керак эмас эди деб деди қилди этди қилиш унинг улар биз шу эга инсон янги икки йил олдин кейин ҳақида яна бўлган бўлиб`,
	"tk": `we bir bu üçin bilen hem her ýa däl diýip diýdi etdi boldy bolan onuň olar biz adam hukugy hukuga täze iki ýyl soň öň`,
	"ku": `û li ji bi di de ku ev ew ne her an bo xwe wan me yên ya yê hemû maf mafê kes heye nîne dibe kir got piştî berî du sal`,
	"so": `iyo oo ka ku u in ee uu ay waa ah leh la soo si isku lagu laga loo ayaa waxaa waxay wuxuu wuu qof kasta xaq ma kale mar`,
	"sw": `na ya wa kwa ni la za cha katika kuwa kila mtu au hii huu hiyo haki bila yake wake wao kama baada kabla tena miaka mbili`,
	"pl": `i w na z do się nie że jest to o przez po za od dla ma jak ale oraz lub który która które przed były był była dwa lata ponownie każdy`,
	"sv": `och att det i en på är av för med den till inte som de om har var ett från eller efter mot under vid också två år sedan igen`,
	"vi": `và của là có được trong cho với không một những các người đã này khi về từ mọi quyền`,
	"tg": `ва дар ба аз ки ин он бо барои то ҳам ё аммо вале агар худ ӯ мо шумо онҳо ҳар як ду се аст буд шуд шуда мешавад кард карда мекунад
		гуфт дорад дорад будан бояд нест ҳастанд баъд пеш миёни дигар ҳама роҳи мебошад намуд ҳуқуқ дорад даст сол`,
	"ru": `и в на не что с по за к из у о от до для это как но а же бы или его её их он она они мы вы я был была были быть есть при
		после перед против между два года лет также все каждый который которые снова без под над со об уже ещё чтобы`,
	"uk": `і й в у на не що з за до від для це як але та або його її їх він вона вони ми ви я був була були бути є при після перед проти між
		два роки також все кожна який які знову без під над із про людина має`,
	"bg": `и в на не че с по за от до това как но а или му ги той тя те ние вие аз беше са е след пред срещу между две години също всички
		който които отново без под над със се да ще`,
	"sr": `и у на не да с по за од до то као али а или га их он она они ми ви ја је био била су се након пре против између две године такође све који које поново без под над са о`,
	"kk": `және мен бір бұл үшін бар жоқ деп деді болды болған қайта жаңа екі жыл бұрын кейін туралы әр ол олар біз немесе емес құқығы адам өз`,
	"ky": `жана менен бир бул үчүн бар жок деп деди болду болгон кайра жаңы эки жыл мурун кийин жөнүндө ар ал алар биз же эмес укугу адам өз экен`,
	"mn": `ба нь бол энэ тэр хүн бүр эрх байна байх гэж болон эсвэл юм дараа өмнө шинэ хоёр жил`,
}

// alphabets are the letters a language writes, in the encodings it writes them in.
// A letter outside speaks against the language; less so where its folded form is
// inside, since keyboards differ.
var alphabets = map[string]string{
	"ar":      "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأإئؤ",
	"fa":      "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیءآأئؤۀ",
	"ur":      "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےآأئؤۂۓۃ",
	"pnb":     "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےآأئؤۂݨ",
	"skr":     "ابٻپتٹثجڄچحخدڈݙذرڑزژسشصضطظعغفقکگڳلمنںݨوہھءیےآأئؤ",
	"ps":      "ابپتټثجځچڅحخدډذرړزژږسشښصضطظعغفقکكګلمنڼوهةءیيېۍئآأؤ",
	"sd":      "ابٻپڀتٺٽثٿفڦگڳڱکيدذڌڏڊڍحجڄڃچڇخعغرڙمنلسشوقصضڻطظهءئآأؤزڪھ۾۽ىٹ",
	"ckb":     "ئابپتجچحخدرڕزژسشعغفڤقکگلڵمنهھەوۆیێو",
	"ug":      "ئابپتجچخدرزژسشغفقكگڭلمنھەوۇۆۈۋېىي",
	"ru":      "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
	"uk":      "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
	"bg":      "абвгдежзийклмнопрстуфхцчшщъьюя",
	"sr":      "абвгдђежзијклљмнњопрстћуфхцчџш",
	"tg":      "абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя",
	"uz":      "абвгғдеёжзийкқлмнопрстуўфхҳцчшъьэюяabcdefghijklmnopqrstuvwxyzʻʼ",
	"kk":      "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
	"ky":      "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя",
	"mn":      "абвгдеёжзийклмноөпрстуүфхцчшщъыьэюя",
	"tt":      "аәбвгдеёжҗзийклмнңоөпрстуүфхһцчшщъыьэюя",
	"en":      "abcdefghijklmnopqrstuvwxyz",
	"ur-Latn": "abcdefghijklmnopqrstuvwxyz",
	"id":      "abcdefghijklmnopqrstuvwxyz",
	"so":      "abcdefghijklmnopqrstuvwxyz",
	"sw":      "abcdefghijklmnopqrstuvwxyz",
	"de":      "abcdefghijklmnopqrstuvwxyzäöüß",
	"fr":      "abcdefghijklmnopqrstuvwxyzàâæçéèêëîïôœùûüÿ",
	"es":      "abcdefghijklmnopqrstuvwxyzáéíñóúü",
	"it":      "abcdefghijklmnopqrstuvwxyzàèéìíòóù",
	"pt":      "abcdefghijklmnopqrstuvwxyzáâãàçéêíóôõú",
	"nl":      "abcdefghijklmnopqrstuvwxyzéëïóöü",
	"tr":      "abcçdefgğhıijklmnoöprsştuüvyzâîû",
	"az":      "abcçdeəfgğhxıijkqlmnoöprsştuüvyz",
	"tk":      "abçdeäfghijžklmnňoöprsştuüwyýz",
	"ku":      "abcçdeêfghiîjklmnopqrsştuûvwxyz",
	"pl":      "aąbcćdeęfghijklłmnńoóprsśtuwyzźż",
	"sv":      "abcdefghijklmnopqrstuvwxyzåäöé",
	"vi":      "abcdefghijklmnopqrstuvwxyàáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
	"cs":      "aábcčdďeéěfghiíjklmnňoópqrřsštťuúůvwxyýzž",
	"hu":      "aábcdeéfghiíjklmnoóöőpqrstuúüűvwxyz",
	"ro":      "aăâbcdefghiîjklmnopqrsștțuvwxyzşţ",
	"da":      "abcdefghijklmnopqrstuvwxyzæøåé",
	"nb":      "abcdefghijklmnopqrstuvwxyzæøåéòô",
	"fi":      "abcdefghijklmnopqrstuvwxyzäöå",
	"hr":      "abcčćdđefghijklmnoprsštuvzž",
	"ca":      "abcçdefghijlmnopqrstuvxyzàéèíïóòúü",
}

// afghan and iranian are words that tell Dari from the Persian of Iran.
const (
	afghan = `ولسوالی ولسوال ولسوالان ولایات ولایت والی والیان پوهنتون پوهنتون‌ها پوهنځی پوهاند شاروالی شاروال سرک سرک‌ها موتر موترها موترهای طیاره طیارات شفاخانه شفاخانه‌ها
		مکاتب محصل محصلان محصلین پولیس اردو اردوی قوماندان قوماندانی درستیز څارنوالی سارنوالی څارنوال ستره محکمه لوی جرگه مشرانو ولسی
		طفل اطفال قریه قریه‌ها باشندگان باشنده معاش معارف تذکره لیلیه صنف صنف‌های رخصت رخصتی دوا دواخانه فامیل فامیل‌ها عودت‌کنندگان عودت ماین ماین‌ها پوسته پوسته‌های هاوان
		حوت حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو مسوولان مسوول مسؤولان افغانی افغان‌ها قاچاقبر برف‌کوچ تیل انجنیر انجنیران دهقان دهاقین
		زراعت ترافیک ترافیکی کندهار ملی‌بس سرپرست امارت`
	iranian = `استان استان‌ها استاندار شهرستان شهرستان‌ها دانشگاه دانشگاه‌ها دانشجو دانشجویان دانشکده شهرداری شهردار خیابان بزرگراه جاده خودرو خودروها خودروهای هواپیما بیمارستان
		بیمارستان‌ها مدرسه مدارس پلیس ارتش فرماندار فرمانداری بخشدار دادستان دادستانی دیوان روستا روستاها روستاییان کودک کودکان داروخانه خانواده شناسنامه خوابگاه تعطیلی
		فروردین اردیبهشت خرداد تیرماه مرداد شهریور مهرماه آبان آذرماه دی‌ماه بهمن اسفند تومان ریال مسئولان مسئول ایرانی ایران تهران اصفهان مشهد مجلس استخدام اینترنتی
		پاسگاه پاسگاه‌های فرودگاه بنزین مهندس کشاورز کشاورزان شبه‌نظامی شهروندان سرباز`
)
