package page

// A feature is something that can be said of a block; its weight says how much
// that speaks for the block being a part of the article.
type feature int

const (
	fBias feature = iota
	fLength
	fShort
	fLinked
	fAllLinked
	fManyLinks
	fSentence
	fSentences
	fCommas
	fDigits
	fP
	fLi
	fHeading
	fSubheading
	fCell
	fQuote
	fPre
	fDiv
	fCaptionTag
	fInArticle
	fInMain
	fInNav
	fInAside
	fInFooter
	fInHeader
	fInFigure
	fInForm
	fInTable
	fInList
	fInQuote
	fInHidden
	fInBody
	fInDetails
	fHintBody
	fHintContent
	fHintComment
	fHintRelated
	fHintShare
	fHintNav
	fHintSide
	fHintFoot
	fHintHead
	fHintAd
	fHintForm
	fHintConsent
	fHintMeta
	fHintDate
	fHintAuthor
	fHintTitle
	fHintCaption
	fHintBio
	fHintHidden
	fHintWall
	fHintBox
	fHintLead
	fSiblings // text in paragraphs of the same parent
	fCousins  // of the same grandparent
	fBefore   // text of the block before
	fAfter
	fBeforeLinked
	fAfterLinked
	fPosition
	fAfterTitle
	fPhrase
	fCopyright
	fColon
	fEllipsis    // ends as a cut-off teaser does
	fLong        // more than 150 letters
	fDateLine    // a short line with a date
	fByLine      // a short line that names an author
	fBold        // mostly in bold type
	fUpper       // all in capitals
	fMarks       // bars, bullets and arrows that part items of a line
	fRepeated    // the same text stands elsewhere on the page
	fInLD        // JSON-LD gives it as part of the article's body
	fNotInLD     // JSON-LD gives a long body without it
	fSummary     // the page's own description
	fUnderPhrase // the heading above is one of the page's own
	fNotice      // speaks to the reader about the page or its offers
	fNotices     // more than once
	fItalic      // mostly in italics
	fShortLi
	fShortDiv
	fShortP
	fLinkedLi
	fLinkedP
	fNearBody
	fNearContent
	fNearComment
	fNearRelated
	fNearShare
	fNearNav
	fNearSide
	fNearFoot
	fNearHead
	fNearAd
	fNearForm
	fNearConsent
	fNearMeta
	fNearDate
	fNearAuthor
	fNearTitle
	fNearCaption
	fNearBio
	fNearHidden
	fNearWall
	fNearBox
	fNearLead
	features
)

// vector holds a value for each feature, mostly 0 or 1.
type vector [features]float64

// hintFeatures and tagFeatures say which feature a bit stands for.
var hintFeatures = [...]feature{fHintBody, fHintContent, fHintComment, fHintRelated, fHintShare, fHintNav, fHintSide, fHintFoot, fHintHead,
	fHintAd, fHintForm, fHintConsent, fHintMeta, fHintDate, fHintAuthor, fHintTitle, fHintCaption, fHintBio, fHintHidden, fHintWall, fHintBox, fHintLead}

var tagFeatures = [...]feature{fInArticle, fInMain, fInNav, fInAside, fInFooter, fInHeader, fInFigure, fInForm, fInTable, fInList, fInQuote,
	fInHidden, fInBody, fInDetails}
