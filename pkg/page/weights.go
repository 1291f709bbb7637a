package page

// The weights of the features and views, positive for the article: two logistic
// regressions, the second on the outcome of the first, over the labelled segments
// of 990 pages and the labelled blocks of 141 recent news pages. TestFit fits them anew.

var weights = vector{
	fBias: -0.33, fLength: 0.05, fShort: -0.48, fLinked: -0.90, fAllLinked: -0.44, fManyLinks: -1.40, fSentence: 0.52,
	fSentences: 0.02, fCommas: 0.54, fDigits: 0.24, fP: -0.02, fLi: 0.23, fHeading: -0.87, fSubheading: -0.68, fCell: 0.36,
	fQuote: -0.38, fPre: 1.76, fDiv: -1.14, fCaptionTag: -1.78, fInArticle: 0.31, fInMain: -0.01, fInNav: -1.05,
	fInAside: -2.02, fInFooter: -2.05, fInHeader: -1.15, fInFigure: -1.92, fInForm: -1.73, fInTable: 1.15, fInList: -0.36,
	fInQuote: 0.51, fInHidden: -2.74, fInBody: 0.15, fInDetails: -1.10, fHintBody: 0.09, fHintContent: 0.16,
	fHintComment: -3.40, fHintRelated: -1.57, fHintShare: -0.27, fHintNav: -0.83, fHintSide: -1.29, fHintFoot: -2.09,
	fHintHead: 0.16, fHintAd: -0.38, fHintForm: -1.71, fHintConsent: -1.20, fHintMeta: -0.27, fHintDate: 1.40,
	fHintAuthor: -1.35, fHintTitle: -0.32, fHintCaption: -0.50, fHintBio: -2.85, fHintHidden: -0.35, fHintWall: -0.17,
	fHintBox: -0.33, fHintLead: -0.85, fSiblings: 0.85, fCousins: 0.67, fBefore: 0.31, fAfter: 0.33, fBeforeLinked: -0.56,
	fAfterLinked: -0.65, fPosition: -0.93, fAfterTitle: 0.36, fPhrase: -2.87, fCopyright: -2.81, fColon: 0.10,
	fEllipsis: -1.63, fLong: 0.66, fDateLine: -1.50, fByLine: -2.77, fBold: -0.26, fUpper: -1.29, fMarks: -0.02,
	fRepeated: -1.27, fInLD: 0.60, fNotInLD: -0.88, fSummary: 2.81, fUnderPhrase: -0.45, fNotice: -1.24, fNotices: -0.48,
	fItalic: -1.33, fShortLi: 0.30, fShortDiv: -1.03, fShortP: -0.45, fLinkedLi: -0.35, fLinkedP: -0.91, fNearBody: 0.52,
	fNearContent: 0.24, fNearComment: -0.80, fNearRelated: 0.05, fNearShare: -0.81, fNearNav: -0.69, fNearSide: 0.07,
	fNearFoot: -1.40, fNearHead: -0.40, fNearAd: -0.69, fNearForm: -1.05, fNearConsent: -0.31, fNearMeta: -1.17,
	fNearDate: 0.35, fNearAuthor: -0.83, fNearTitle: -0.60, fNearCaption: -0.60, fNearBio: -1.70, fNearHidden: -0.30,
	fNearWall: -0.74, fNearBox: -0.66, fNearLead: 0.50,
}

var viewWeights = [views]float64{
	vBias: -0.02, vScore: 0.89, vBefore: 0.08, vAfter: 0.00, vBefore2: 0.01, vAfter2: 0.06, vWindow: 0.05, vSiblings: -0.26,
	vTwins: 0.29, vInCore: 0.22, vFar1: 0.04, vFar2: -0.39, vFar3: -0.37, vFar4: -0.57, vAhead: -0.82, vAheadTitle: 1.54,
	vBehind: -0.49, vBehindFar: 0.53, vAheadFar: 0.75, vHeading: 0.41, vHeadingNext: 0.31, vHeadingSure: -0.43, vList: 0.07,
	vShare: 0.88, vMass: 0.41, vScoreFar: 0.12, vPage: -0.89, vPrevLong: -0.13, vNextLong: -0.08, vMinLong: 0.06,
	vMinLongP: 0.15, vMinLongCore: -0.09, vBehindFarAway: -0.70, vBeforeLast: 0.11, vCrowd: 0.48, vCrowdFar: -0.11,
}
