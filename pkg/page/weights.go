package page

// The weights of the features and views, positive for the article: two logistic
// regressions, the second on the outcome of the first, over the labelled segments
// of 990 pages and the labelled blocks of 141 recent news pages. TestFit fits them anew.

var weights = vector{
	fBias: -0.35, fLength: 0.04, fShort: -0.47, fLinked: -0.91, fAllLinked: -0.41, fManyLinks: -1.37, fSentence: 0.52,
	fSentences: 0.02, fCommas: 0.55, fDigits: 0.24, fP: 0.02, fLi: 0.22, fHeading: -0.83, fSubheading: -0.65, fCell: 0.42,
	fQuote: -0.42, fPre: 1.87, fDiv: -1.11, fCaptionTag: -1.70, fInArticle: 0.32, fInMain: -0.03, fInNav: -1.05,
	fInAside: -2.04, fInFooter: -2.05, fInHeader: -1.16, fInFigure: -1.91, fInForm: -1.76, fInTable: 1.11, fInList: -0.37,
	fInQuote: 0.58, fInHidden: -2.74, fInBody: 0.15, fInDetails: -1.08, fHintBody: 0.10, fHintContent: 0.15,
	fHintComment: -3.37, fHintRelated: -1.59, fHintShare: -0.23, fHintNav: -0.84, fHintSide: -1.29, fHintFoot: -2.08,
	fHintHead: 0.17, fHintAd: -0.38, fHintForm: -1.71, fHintConsent: -1.14, fHintMeta: -0.23, fHintDate: 1.38,
	fHintAuthor: -1.39, fHintTitle: -0.31, fHintCaption: -0.68, fHintBio: -2.83, fHintHidden: -0.35, fHintWall: -0.17,
	fHintBox: -0.34, fHintLead: -0.82, fSiblings: 0.82, fCousins: 0.64, fBefore: 0.29, fAfter: 0.33, fBeforeLinked: -0.57,
	fAfterLinked: -0.66, fPosition: -0.92, fAfterTitle: 0.33, fPhrase: -2.87, fCopyright: -3.46, fColon: 0.12,
	fEllipsis: -1.64, fLong: 0.65, fDateLine: -1.51, fByLine: -2.75, fBold: -0.27, fUpper: -1.28, fMarks: -0.01,
	fRepeated: -1.26, fInLD: 0.61, fNotInLD: -0.88, fSummary: 2.83, fUnderPhrase: -0.44, fNotice: -1.23, fNotices: -0.49,
	fItalic: -1.30, fShortLi: 0.35, fShortDiv: -1.05, fShortP: -0.41, fLinkedLi: -0.33, fLinkedP: -0.92, fNearBody: 0.50,
	fNearContent: 0.22, fNearComment: -0.83, fNearRelated: 0.05, fNearShare: -0.89, fNearNav: -0.68, fNearSide: 0.11,
	fNearFoot: -1.40, fNearHead: -0.41, fNearAd: -0.67, fNearForm: -1.06, fNearConsent: -0.38, fNearMeta: -1.19,
	fNearDate: 0.38, fNearAuthor: -0.73, fNearTitle: -0.63, fNearCaption: -0.46, fNearBio: -1.71, fNearHidden: -0.30,
	fNearWall: -0.72, fNearBox: -0.64, fNearLead: 0.53,
}

var viewWeights = [views]float64{
	vBias: 0.01, vScore: 0.88, vBefore: 0.07, vAfter: -0.00, vBefore2: -0.00, vAfter2: 0.05, vWindow: 0.03, vSiblings: -0.28,
	vTwins: 0.28, vInCore: 0.23, vFar1: 0.10, vFar2: -0.31, vFar3: -0.31, vFar4: -0.54, vAhead: -0.86, vAheadTitle: 1.54,
	vBehind: -0.48, vBehindFar: 0.51, vAheadFar: 0.67, vHeading: 0.41, vHeadingNext: 0.28, vHeadingSure: -0.45, vList: 0.09,
	vShare: 0.85, vMass: 0.42, vScoreFar: 0.11, vPage: -0.90, vPrevLong: -0.15, vNextLong: -0.10, vMinLong: 0.08,
	vMinLongP: 0.13, vMinLongCore: -0.12, vBehindFarAway: -0.68, vBeforeLast: 0.08, vCrowd: 0.47, vCrowdFar: -0.06,
}
